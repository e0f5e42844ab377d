"""The smallest definitions with one of everything, as text that a test changes."""

_GATEWAY_SIM = """\
templates: [load-balancer.yaml, network.yaml, api.yaml]
parameters:
  Subnets: [subnet-a, subnet-b]
hosts:
  Alb: alb
  Nlb: nlb
  Group: things
"""

_LOAD_BALANCER = """\
Parameters:
  Subnets: { Type: "List<AWS::EC2::Subnet::Id>" }
Resources:
  Alb:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: small-alb
      Subnets: !Ref Subnets
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Alb
      Protocol: HTTP
      Port: 80
      DefaultActions:
        - Type: fixed-response
          FixedResponseConfig: { StatusCode: "404" }
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: small-group
      Port: 8080
      HealthCheckPath: /health
      HealthCheckIntervalSeconds: 10
      HealthCheckTimeoutSeconds: 5
      HealthyThresholdCount: 3
      Matcher: { HttpCode: "200" }
  ThingsRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 10
      Conditions:
        - Field: path-pattern
          PathPatternConfig: { Values: [/things, /things/*] }
      Actions:
        - Type: forward
          TargetGroupArn: !Ref Group
  RewrittenRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 20
      Conditions:
        - Field: path-pattern
          PathPatternConfig: { Values: [/old/*] }
      Transforms:
        - Type: url-rewrite
          UrlRewriteConfig: { Rewrites: [{ Regex: ^/old/(.*)$, Replace: /things/$1 }] }
      Actions:
        - Type: forward
          TargetGroupArn: !Ref Group
  FixedRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 30
      Conditions:
        - Field: host-header
          HostHeaderConfig: { Values: [closed.example.com] }
      Actions:
        - Type: fixed-response
          FixedResponseConfig: { StatusCode: "503", ContentType: text/html, MessageBody: closed }
  RedirectRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 40
      Conditions:
        - Field: http-request-method
          HttpRequestMethodConfig: { Values: [POST] }
      Actions:
        - Type: redirect
          RedirectConfig: { StatusCode: HTTP_301, Port: "8443" }
Outputs:
  AlbArn: { Value: !Ref Alb }
  AlbName: { Value: !GetAtt Alb.DNSName }
"""

_NETWORK = """\
Parameters:
  AlbArn: { Type: String }
Resources:
  Nlb:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: { Type: network }
  NlbGroup:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: alb
      Port: 80
      Targets: [{ Id: !Ref AlbArn }]
  NlbListener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Nlb
      Protocol: TCP
      Port: 8080
      DefaultActions:
        - Type: forward
          TargetGroupArn: !Ref NlbGroup
Outputs:
  NlbArn: { Value: !Ref Nlb }
"""

_API = """\
Parameters:
  AlbName: { Type: String }
  NlbArn: { Type: String }
Resources:
  Link:
    Type: AWS::ApiGateway::VpcLink
    Properties:
      TargetArns: [!Ref NlbArn]
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Name: small-api
      Body:
        Fn::Transform:
          Name: AWS::Include
          Parameters: { Location: openapi.yaml }
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Api
      StageName: dev
      Variables:
        alb: !Ref AlbName
        link: !Ref Link
"""

_OPENAPI = """\
paths:
  /things/{id}:
    get:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://${stageVariables.alb}:8080/things/{thing}
        connectionType: VPC_LINK
        connectionId: ${stageVariables.link}
        timeoutInMillis: 5000
        requestParameters:
          integration.request.path.thing: method.request.path.id
          integration.request.header.X-Stage: context.stage
"""

FILES = {
    "gateway-sim.yaml": _GATEWAY_SIM,
    "load-balancer.yaml": _LOAD_BALANCER,
    "network.yaml": _NETWORK,
    "api.yaml": _API,
    "openapi.yaml": _OPENAPI,
}
