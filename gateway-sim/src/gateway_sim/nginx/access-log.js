// What an access log of an ALB has and nginx variables do not (ALB guide, "Access logs").

import hash from 'crypto';

// Epoch seconds as ISO 8601 with six digits, of which nginx knows three.
function isoTime(seconds) {
    return new Date(Math.round(seconds * 1000)).toISOString().replace('Z', '000Z');
}

function time(r) {
    return isoTime(Number(r.variables.msec));
}

function creationTime(r) {
    return isoTime(Number(r.variables.msec) - Number(r.variables.request_time));
}

// Of two tries the last one counts; what nginx does not know is "-".
function lastNumber(values) {
    const found = /[0-9.]+$/.exec(values || '');
    return found ? Number(found[0]) : null;
}

// Seconds until the request was sent to a target; -1 when none could be connected to, or when it hung up.
function requestProcessingTime(r) {
    const connecting = lastNumber(r.variables.upstream_connect_time);
    const isAnswered = lastNumber(r.variables.upstream_header_time) !== null;
    if (connecting === null || (!isAnswered && r.variables.status === '502')) {
        return '-1';
    }
    const withTarget = lastNumber(r.variables.upstream_response_time) || 0;
    return Math.max(0, Number(r.variables.request_time) - withTarget + connecting).toFixed(3);
}

// The same for all requests of a connection, and for no other connection.
function connectionId(r) {
    const v = r.variables;
    const of = [v.hostname, v.pid, v.connection, v.remote_addr, v.remote_port, v.server_port].join(' ');
    return `TID_${hash.createHash('sha256').update(of).digest('hex').slice(0, 16)}`;
}

export default { connectionId, creationTime, requestProcessingTime, time };
