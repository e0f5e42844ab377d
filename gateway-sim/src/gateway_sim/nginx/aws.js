// What AWS puts on requests and responses and nginx directives cannot say.

import hash from 'crypto';

function randomBytes(count) {
    return Buffer.from(crypto.getRandomValues(new Uint8Array(count)));
}

// "1-<8 hex digits: epoch seconds>-<24 hex digits>" (ALB guide, "Request tracing")
function newTraceId() {
    const seconds = Math.floor(Date.now() / 1000).toString(16);
    return `1-${seconds}-${randomBytes(12).toString('hex')}`;
}

// What an ALB sends on as X-Amzn-Trace-Id: a Root when there was none, else its own Self in front of what came.
// A header of more than 7 KB is started anew (ALB guide, "Request tracing").
function albTraceId(r) {
    const given = r.headersIn['X-Amzn-Trace-Id'];
    if (!given || given.length > 7 * 1024) {
        return `Root=${newTraceId()}`;
    }
    const kept = given.split(';').filter((field) => !field.trim().startsWith('Self='));
    return [`Self=${newTraceId()}`].concat(kept).join(';');
}

// All request headers as match_rules.py's header_lines has them. nginx's own variables put the values of a repeated
// header together, and an ALB compares each of them (elasticloadbalancing API, HttpHeaderConditionConfig).
function headerLines(r) {
    return r.rawHeadersIn.map((header) => `\0${header[0].toLowerCase()}\n${header[1]}\n`).join('');
}

// What a stickiness cookie stands for: "<token>-<epoch seconds until which it holds>". An ALB's is encrypted, and it
// too starts anew with one that it cannot read (ALB guide, "Sticky sessions").
function unexpired(cookie) {
    const parts = /^([0-9a-f]+)-([0-9]+)$/.exec(cookie || '');
    return parts && Number(parts[2]) > Date.now() / 1000 ? parts[1] : '';
}

function groupOfCookie(r) {
    return unexpired(r.variables.cookie_AWSALBTGCORS) || unexpired(r.variables.cookie_AWSALBTG);
}

function targetOfCookie(r) {
    return unexpired(r.variables.cookie_AWSALBCORS) || unexpired(r.variables.cookie_AWSALB);
}

// Both cookies must come: the application's own, and the load balancer's.
function targetOfAppCookie(r) {
    const own = r.variables[`cookie_${r.variables.app_cookie_name}`];
    return own === undefined ? '' : unexpired(r.variables['cookie_AWSALBAPP-0']);
}

// A session begins when the target sets the application's cookie, and goes on while both cookies come.
function appCookie(r) {
    const begins = r.variables[`upstream_cookie_${r.variables.app_cookie_name}`] !== undefined;
    return begins || targetOfAppCookie(r) ? `${r.variables.target_cookie}-${targetCookieUntil(r)}` : '_remove_';
}

function secondsFromNow(seconds) {
    return String(Math.floor(Date.now() / 1000) + Number(seconds));
}

function groupCookieUntil(r) {
    return secondsFromNow(r.variables.group_cookie_seconds);
}

function targetCookieUntil(r) {
    return secondsFromNow(r.variables.target_cookie_seconds);
}

function cookieExpires() {
    return new Date(Date.now() + 7 * 24 * 3600 * 1000).toUTCString();
}

// API Gateway keeps the client's Root and what stands beside it (recorded: invocation trace id).
function apiTraceId(r) {
    const given = r.headersIn['X-Amzn-Trace-Id'];
    return given && given.indexOf('Root=') >= 0 ? given : `Root=${newTraceId()}`;
}

// Whether the header lines of a request are more than 10 240 bytes together (API Gateway quotas, "Total combined size
// of all header values"; names and line ends count).
function apiHeadersExceed(r) {
    const bytes = r.rawHeadersIn.map((header) => header[0].length + header[1].length + ': \r\n'.length);
    return bytes.reduce((sum, each) => sum + each, 0) > 10240 ? '1' : '';
}

// x-amzn-RequestId is a UUID, version 4.
function requestId() {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// x-amz-apigw-id has 16 characters, the last one "=".
function extendedRequestId() {
    return randomBytes(11).toString('base64');
}

// A redirect action, with the body that ALBs send (nginx's own has a footer).
function albRedirect(r) {
    const body = r.variables.redirect_body;
    r.status = Number(r.variables.redirect_status);
    r.headersOut.Location = r.variables.redirect_location;
    r.headersOut['Content-Type'] = 'text/html';
    r.headersOut['Content-Length'] = String(body.length);
    r.sendHeader();
    r.send(r.method === 'HEAD' ? '' : body);
    r.finish();
}

// What API Gateway says of an Authorization header on a route that does not exist; it takes it for a signature.
function signatureProblem(r) {
    const header = r.headersIn.Authorization;
    const hashed = hash.createHash('sha256').update(header).digest('base64');
    if (!header.startsWith('AWS4-HMAC-SHA256')) {
        return 'Invalid key=value pair (missing equal-sign) in Authorization header '
            + `(hashed with SHA-256 and encoded with Base64): '${hashed}'.`;
    }
    const missing = ['Credential', 'Signature', 'SignedHeaders']
        .filter((part) => header.indexOf(`${part}=`) < 0)
        .map((part) => `Authorization header requires '${part}' parameter.`);
    if (!r.headersIn['X-Amz-Date'] && !r.headersIn.Date) {
        missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }
    return `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`;
}

export default {
    albRedirect, albTraceId, apiHeadersExceed, apiTraceId, appCookie, cookieExpires, extendedRequestId,
    groupCookieUntil, groupOfCookie, headerLines, requestId, signatureProblem, targetCookieUntil, targetOfAppCookie,
    targetOfCookie,
};
