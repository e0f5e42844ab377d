// What API Gateway says of an Authorization header that it takes for a signature.

import hash from 'crypto';

// What API Gateway says of an Authorization header on a route that does not exist; it takes it for a signature.
function problem(r) {
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

export default { problem };
