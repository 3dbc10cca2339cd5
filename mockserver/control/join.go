package control

// JoinVariable is the environment variable by which tests that start a mock of their own join one that runs already; see
// [github.com/understudy-mock/understudy/mockserver/mocktest.Join].
const JoinVariable = "UNDERSTUDY_MOCKTEST_URL"
