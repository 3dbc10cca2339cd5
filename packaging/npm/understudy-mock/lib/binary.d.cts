/** binary returns the path of the program; UNDERSTUDY_BINARY wins. It throws where there is none for this platform. */
export declare function binary(): string
