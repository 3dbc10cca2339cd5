// Starts a mock, says where, and waits to be killed.
import { start } from 'understudy-mock'

const mock = await start()
console.log(mock.controlUrl)
setInterval(() => {}, 1000)
