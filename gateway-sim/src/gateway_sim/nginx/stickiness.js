// The cookies that keep a client with a target group or a target.

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

function secondsFromNow(seconds) {
    return String(Math.floor(Date.now() / 1000) + Number(seconds));
}

function groupCookieUntil(r) {
    return secondsFromNow(r.variables.group_cookie_seconds);
}

function targetCookieUntil(r) {
    return secondsFromNow(r.variables.target_cookie_seconds);
}

// A session begins when the target sets the application's cookie, and goes on while both cookies come.
function appCookie(r) {
    const begins = r.variables[`upstream_cookie_${r.variables.app_cookie_name}`] !== undefined;
    return begins || targetOfAppCookie(r) ? `${r.variables.target_cookie}-${targetCookieUntil(r)}` : '_remove_';
}

function cookieExpires() {
    return new Date(Date.now() + 7 * 24 * 3600 * 1000).toUTCString();
}

export default {
    appCookie, cookieExpires, groupCookieUntil, groupOfCookie, targetCookieUntil, targetOfAppCookie, targetOfCookie,
};
