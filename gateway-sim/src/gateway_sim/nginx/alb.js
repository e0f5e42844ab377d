// What ALBs make of requests and directives cannot say.

// All request headers as match_rules.py's header_lines has them. nginx's own variables put the values of a repeated
// header together, and an ALB compares each of them (elasticloadbalancing API, HttpHeaderConditionConfig).
function headerLines(r) {
    return r.rawHeadersIn.map((header) => `\0${header[0].toLowerCase()}\n${header[1]}\n`).join('');
}

// What stays of an X-Amzn-Trace-Id when an ALB puts its own Self in front (ALB guide, "Request tracing").
function traceIdWithoutSelf(r) {
    const fields = r.variables.http_x_amzn_trace_id.split(';');
    return fields.filter((field) => !field.trim().startsWith('Self=')).map((field) => `;${field}`).join('');
}

// A redirect action, with the body that ALBs send (nginx's own has a footer).
function redirect(r) {
    const body = r.variables.redirect_body;
    r.status = Number(r.variables.redirect_status);
    r.headersOut.Location = r.variables.redirect_location;
    r.headersOut['Content-Type'] = 'text/html';
    r.headersOut['Content-Length'] = String(body.length);
    r.sendHeader();
    r.send(r.method === 'HEAD' ? '' : body);
    r.finish();
}

export default { headerLines, redirect, traceIdWithoutSelf };
