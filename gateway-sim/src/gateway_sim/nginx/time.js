// The time as ids have it. Every request pays for what is imported here, so it is no more than this; what fewer requests
// need is imported by those servers and locations alone.

// Seconds since 1970 in hexadecimal digits.
function hexSeconds() {
    return Math.floor(Date.now() / 1000).toString(16);
}

export default { hexSeconds };
