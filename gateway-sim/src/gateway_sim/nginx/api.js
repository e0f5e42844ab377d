// What API Gateway makes of requests and directives cannot say.

// A mapped value as it stands in a query: decoded as its place in the request asks for, and encoded again.
function queryValue(where, value) {
    if (where === 'text' || where === 'header') {
        return encodeURIComponent(value);
    }
    try {
        return encodeURIComponent(decodeURIComponent(where === 'querystring' ? value.replace(/\+/g, ' ') : value));
    } catch (error) {
        return value;  // not percent-encoded
    }
}

// The query of an integration request: the uri's own, the client's, then each "name where value" that has a value.
function mappedQuery(r) {
    const parts = [r.variables.own_query, r.variables.client_query].filter((part) => part);
    for (let number = 1; r.variables[`query_mapping_${number}`]; number += 1) {
        const mapping = r.variables[`query_mapping_${number}`].split(' ');
        const value = mapping.slice(2).join(' ');
        if (value) {
            parts.push(`${mapping[0]}=${queryValue(mapping[1], value)}`);
        }
    }
    return parts.length ? `?${parts.join('&')}` : '';
}

// The value of a query string parameter as a header has it: decoded, unless that would end the header.
function decodedQuery(r) {
    try {
        const value = decodeURIComponent(r.variables.encoded_query.replace(/\+/g, ' '));
        return /[\x00-\x1f\x7f]/.test(value) ? r.variables.encoded_query : value;
    } catch (error) {
        return r.variables.encoded_query;  // not percent-encoded
    }
}

// A whole response that no integration made: any status, and a body that may be empty.
function answer(r) {
    const body = r.variables.answer_body;
    r.status = Number(r.variables.answer_status);
    r.headersOut['Content-Type'] = r.variables.answer_type;
    r.headersOut['Content-Length'] = String(Buffer.byteLength(body));
    r.sendHeader();
    if (body && r.method !== 'HEAD') {
        r.send(body);
    }
    r.finish();
}

// A mapped answer has nothing of the integration's but its body; mapped headers are put on it after this.
// Which status it has, the variable with this name says.
function mappedAnswer(r) {
    Object.keys(r.headersOut)
        .filter((name) => name.toLowerCase() !== 'content-length')
        .forEach((name) => delete r.headersOut[name]);
    r.status = Number(r.variables[r.variables.mapped_status]);
}

// Whether the header lines of a request are more than 10 240 bytes together (API Gateway quotas, "Total combined size
// of all header values"; names and line ends count).
function headersExceed(r) {
    const bytes = r.rawHeadersIn.map((header) => header[0].length + header[1].length + ': \r\n'.length);
    return bytes.reduce((sum, each) => sum + each, 0) > 10240 ? '1' : '';
}

export default { answer, decodedQuery, headersExceed, mappedAnswer, mappedQuery };
