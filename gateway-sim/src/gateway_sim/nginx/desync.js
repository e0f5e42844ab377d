// How an ALB classifies requests that do not comply with RFC 7230: the reasons are those of the ALB guide, "Access
// logs", and when each applies is what the public http-desync-guardian of AWS says. What nginx cannot parse has only
// the headers before that.

const TIERS = ['', 'Acceptable', 'Ambiguous', 'Severe'];
const TIER_OF = {
    GetHeadZeroContentLength: 1, NonCompliantHeader: 1, NonCompliantVersion: 1, SpaceInUri: 1,
    AmbiguousUri: 2, BothTeClPresent: 2, DuplicateContentLength: 2, SuspiciousHeader: 2,
    UndefinedContentLengthSemantics: 2, UndefinedTransferEncodingSemantics: 2,
    BadContentLength: 3, BadMethod: 3, BadTransferEncoding: 3, BadUri: 3, BadVersion: 3, MultipleContentLength: 3,
    MultipleTransferEncodingChunked: 3, SuspiciousTeClPresent: 3,
};

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const CONTROL = /[\x01-\x08\x0a-\x1f\x7f]/; // but not the tab
const CODING = /^(chunked|compress|deflate|gzip|identity)\s*(;|$)/i;
// What some servers make Transfer-Encoding and Content-Length of.
const LIKE_TRANSFER_ENCODING = /^[^a-z0-9]*transfer[^a-z0-9]+encoding[^a-z0-9]*$/i;
const LIKE_CONTENT_LENGTH = /^[^a-z0-9]*content[^a-z0-9]+length[^a-z0-9]*$/i;

// "Tier Reason" of the worst that is found, of several the first; "" for a request that complies.
function classification(r) {
    const line = parts(r.variables.request || '');
    if (line.version >= 'HTTP/2') {
        return ''; // is not judged
    }
    const headers = r.rawHeadersIn.map((header) => ({ name: header[0], value: header[1] }));
    const reasons = ofHeaders(headers).concat(ofBody(line, headers), ofLine(line));
    const worst = reasons.reduce((found, each) => (TIER_OF[each] > (TIER_OF[found] || 0) ? each : found), '');
    return worst && `${TIERS[TIER_OF[worst]]} ${worst}`;
}

// Method and version stand before the first space and behind the last one; HTTP/0.9 has no version.
function parts(request) {
    const first = request.indexOf(' ');
    const last = request.lastIndexOf(' ');
    if (first < 0 || first === last) {
        return { method: request.split(' ')[0], uri: request.slice(first + 1), version: 'HTTP/0.9' };
    }
    return { method: request.slice(0, first), uri: request.slice(first + 1, last), version: request.slice(last + 1) };
}

function ofLine(line) {
    const reasons = [];
    if (!TOKEN.test(line.method)) {
        reasons.push('BadMethod');
    }
    if (!/^HTTP\/(1\.[0-9]|0\.9)$/.test(line.version)) {
        reasons.push('BadVersion');
    } else if (!/1\.[01]$/.test(line.version)) {
        reasons.push('NonCompliantVersion');
    }
    if (/[\0\r\n]/.test(line.uri)) {
        reasons.push('BadUri');
    } else if (/[\x01-\x1f\x7f]/.test(line.uri)) {
        reasons.push('AmbiguousUri');
    } else if (/ /.test(line.uri)) {
        reasons.push('SpaceInUri');
    }
    return reasons;
}

function ofHeaders(headers) {
    const reasons = [];
    headers.forEach((header) => {
        if (!TOKEN.test(header.name) || CONTROL.test(header.value)) {
            reasons.push('NonCompliantHeader');
        }
        if (isSuspicious(header)) {
            reasons.push('SuspiciousHeader');
        }
    });
    return reasons;
}

// With other signs between its words or around them; the long s and the dotless i are S and I in upper case.
function isLike(regex, header) {
    return regex.test(header.name.split('\u017f').join('s').split('\u0131').join('i'));
}

function isSuspicious(header) {
    const isLikeOne = isLike(LIKE_TRANSFER_ENCODING, header) || isLike(LIKE_CONTENT_LENGTH, header);
    // Not by a regular expression: without regard to case, the long s is an s to it.
    return isLikeOne && ['transfer-encoding', 'content-length'].indexOf(header.name.toLowerCase()) < 0;
}

function ofBody(line, headers) {
    const encodings = headers.filter((header) => isLike(LIKE_TRANSFER_ENCODING, header));
    const lengths = headers.filter((header) => isLike(LIKE_CONTENT_LENGTH, header));
    if (encodings.length && line.version <= 'HTTP/1.0') {
        return ['UndefinedTransferEncodingSemantics'];
    }
    if (lengths.length && line.version < 'HTTP/1.0') {
        return ['UndefinedContentLengthSemantics'];
    }
    const reasons = ofEncodings(encodings).concat(ofLengths(lengths));
    if (line.method === 'GET' || line.method === 'HEAD') {
        reasons.push(encodings.length ? 'UndefinedTransferEncodingSemantics' : '', ofUnexpectedLength(lengths));
    }
    if (encodings.length && lengths.length) {
        const isSafe = !encodings.concat(lengths).some(isSuspicious);
        reasons.push(isSafe ? 'BothTeClPresent' : 'SuspiciousTeClPresent');
    }
    return reasons;
}

function ofUnexpectedLength(lengths) {
    if (!lengths.length) {
        return '';
    }
    return Number(lengths[0].value) === 0 ? 'GetHeadZeroContentLength' : 'UndefinedContentLengthSemantics';
}

function ofEncodings(encodings) {
    const codings = encodings.map((header) => header.value).join(',').split(',').map((coding) => coding.trim());
    if (encodings.length && !codings.every((coding) => CODING.test(coding))) {
        return ['BadTransferEncoding'];
    }
    return codings.filter((coding) => /^chunked/i.test(coding)).length > 1 ? ['MultipleTransferEncodingChunked'] : [];
}

function ofLengths(lengths) {
    if (!lengths.every((header) => /^[0-9]{0,19}$/.test(header.value.trim()))) {
        return ['BadContentLength'];
    }
    const differing = lengths.filter((header) => Number(header.value) !== Number(lengths[0].value));
    if (differing.length) {
        return ['MultipleContentLength'];
    }
    return lengths.length > 1 ? ['DuplicateContentLength'] : [];
}

export default { classification };
