"""GetExport: the documents, which API Gateway, and this emulator, can import again."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from gateway_sim.aws_apis.apigateway_api import ApiGatewayApi
from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from tests.fixtures.api_clients import client_of
from tests.unit.gateway_sim.conftest import Definitions

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient

_SHOP = Path("tests/fixtures/definitions/gateway-sim.yaml")
_INTEGRATION = "x-amazon-apigateway-integration"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
# A document as AWS's own examples have them.
_PETS = """\
openapi: 3.0.1
info: { title: Pets, version: "2.1", description: All pets. }
paths:
  /pets/{petId}:
    parameters:
      - { $ref: "#/components/parameters/petId" }
    get:
      operationId: GetPet
      summary: Left out by API Gateway.
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: X-Trace, in: header, required: true, schema: { type: string } }
      responses:
        "200":
          description: A pet.
          headers: { X-Age: { schema: { type: string } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } }
        default: { description: Left out. }
      x-amazon-apigateway-integration:
        type: http_proxy
        uri: http://pets.example.com/{id}
        httpMethod: GET
        timeoutInMillis: 5000
        requestParameters: { integration.request.path.id: method.request.path.petId }
    x-amazon-apigateway-any-method:
      requestBody:
        content:
          application/json:
            schema: { type: array, items: { $ref: "#/components/schemas/Pet" } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
components:
  parameters:
    petId: { name: petId, in: path, required: true, schema: { type: string } }
  schemas:
    Pet: { type: object, properties: { type: { $ref: "#/components/schemas/PetType" } } }
    PetType: { type: string, enum: [dog, cat] }
x-amazon-apigateway-gateway-responses:
  THROTTLED: { statusCode: 420 }
"""


def client_for(cloud: Cloud) -> "APIGatewayClient":
    api = ApiGatewayApi(lambda: cloud.api_gateway)
    found: APIGatewayClient = client_of("apigateway", api.answer)
    return found


def export(client: "APIGatewayClient", kind: str = "oas30", **parameters: Any) -> dict[str, Any]:
    (api,) = client.get_rest_apis()["items"]
    asked = {"restApiId": api["id"], "stageName": "dev", "exportType": kind, **parameters}
    text = client.get_export(**asked)["body"].read()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture
def pets(definitions: Definitions) -> "APIGatewayClient":
    (definitions.folder / "openapi.yaml").write_text(_PETS, "utf-8")
    return client_for(definitions.load())


def test_the_document_is_that_of_the_stage(pets: "APIGatewayClient") -> None:
    (api,) = pets.get_rest_apis()["items"]
    document = export(pets)
    assert document["openapi"] == "3.0.1"
    assert document["info"] == {
        "title": "small-api", "version": "2.1", "description": "All pets."
    }  # fmt: skip
    host = f"{api['id']}.execute-api.us-east-1.amazonaws.com"
    assert document["servers"] == [
        {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": "dev"}}}
    ]
    assert set(document["components"]["schemas"]) >= {"Pet", "PetType"}
    assert document["components"]["schemas"]["Pet"]["properties"]["type"] == {
        "$ref": "#/components/schemas/PetType"
    }


def test_an_operation_has_what_api_gateway_keeps_of_it(pets: "APIGatewayClient") -> None:
    assert export(pets)["paths"]["/pets/{petId}"]["get"] == {
        "operationId": "GetPet",
        "parameters": [
            {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "page", "in": "query", "schema": {"type": "string"}},
            {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
        ],
        "responses": {
            "200": {
                "description": "200 response",
                "headers": {"X-Age": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
            }
        },
    }


def test_a_schema_without_a_name_gets_one(pets: "APIGatewayClient") -> None:
    document = export(pets)
    body = document["paths"]["/pets/{petId}"]["x-amazon-apigateway-any-method"]["requestBody"]
    reference = body["content"]["application/json"]["schema"]["$ref"]
    name = reference.removeprefix("#/components/schemas/")
    assert name.startswith("MODEL")
    assert document["components"]["schemas"][name]["type"] == "array"
    (api,) = pets.get_rest_apis()["items"]
    model = json.loads(pets.get_model(restApiId=api["id"], modelName=name)["schema"])
    assert model["items"]["$ref"] == (
        f"https://apigateway.amazonaws.com/restapis/{api['id']}/models/Pet"
    )


@pytest.mark.parametrize(
    ("extensions", "parts"),
    [
        ("apigateway", {_INTEGRATION, _GATEWAY_RESPONSES}),
        ("integrations", {_INTEGRATION}),
        ("integrations,authorizers", {_INTEGRATION}),
        ("authorizers", set()),
    ],
)
def test_extensions_are_there_when_they_are_asked_for(
    pets: "APIGatewayClient", extensions: str, parts: set[str]
) -> None:
    document = export(pets, parameters={"extensions": extensions})
    keys = document.keys() | document["paths"]["/pets/{petId}"]["get"].keys()
    assert keys & {_INTEGRATION, _GATEWAY_RESPONSES} == parts


def test_an_integration_is_written_as_in_a_document(pets: "APIGatewayClient") -> None:
    document = export(pets, parameters={"extensions": "apigateway"})
    item = document["paths"]["/pets/{petId}"]
    assert item["get"][_INTEGRATION] == {
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": "http://pets.example.com/{id}",
        "requestParameters": {"integration.request.path.id": "method.request.path.petId"},
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": 5000,
    }
    assert item["x-amazon-apigateway-any-method"][_INTEGRATION] == {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "passthroughBehavior": "when_no_match",
    }
    assert document[_GATEWAY_RESPONSES]["THROTTLED"]["statusCode"] == "420"


def test_swagger_2_says_the_same(pets: "APIGatewayClient") -> None:
    document = export(pets, "swagger", parameters={"extensions": "apigateway"})
    assert (document["swagger"], document["basePath"]) == ("2.0", "/dev")
    assert document["schemes"] == ["https"]
    operation = document["paths"]["/pets/{petId}"]["get"]
    assert operation["produces"] == ["application/json"]
    assert operation["parameters"][1] == {
        "name": "page", "in": "query", "required": False, "type": "string"
    }  # fmt: skip
    assert operation["responses"]["200"]["schema"] == {"$ref": "#/definitions/Pet"}
    assert operation["responses"]["200"]["headers"] == {"X-Age": {"type": "string"}}
    body = document["paths"]["/pets/{petId}"]["x-amazon-apigateway-any-method"]["parameters"][-1]
    assert body["in"] == "body"
    assert body["schema"]["$ref"] == f"#/definitions/{body['name']}"
    assert document["definitions"]["PetType"]["enum"] == ["dog", "cat"]


@pytest.mark.parametrize(("accepts", "form", "read"), [
    ("application/json", "json", json.loads), ("application/yaml", "yaml", yaml.safe_load)
])  # fmt: skip
def test_the_file_has_a_name_and_the_form_that_was_asked_for(
    pets: "APIGatewayClient", accepts: str, form: str, read: Any
) -> None:
    (api,) = pets.get_rest_apis()["items"]
    extensions = {"extensions": "apigateway"}
    found = pets.get_export(
        restApiId=api["id"],
        stageName="dev",
        exportType="oas30",
        parameters=extensions,
        accepts=accepts,
    )
    assert found["contentType"] == "application/octet-stream"
    assert found["contentDisposition"] == f'attachment; filename="oas30_2.1.{form}"'
    text = found["body"].read()
    assert read(text) == export(pets, parameters=extensions)
    assert b"&id" not in text  # as YAML has it, without anchors


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
def test_what_was_exported_can_be_imported_again(definitions: Definitions, kind: str) -> None:
    (definitions.folder / "openapi.yaml").write_text(_PETS, "utf-8")
    before = definitions.load()
    extensions = {"extensions": "apigateway"}
    document = export(client_for(before), kind, parameters=extensions)
    (definitions.folder / "openapi.yaml").write_text(json.dumps(document), "utf-8")
    after = definitions.load()
    assert [each.methods for each in after.rest_apis] == [each.methods for each in before.rest_apis]
    assert export(client_for(after), kind, parameters=extensions) == document


def test_every_method_of_the_shop_is_in_its_exports() -> None:
    cloud = load_cloud(_SHOP)
    client = client_for(cloud)
    for api in client.get_rest_apis()["items"]:
        for stage in client.get_stages(restApiId=api["id"])["item"]:
            asked = {"restApiId": api["id"], "stageName": stage["stageName"]}
            text = client.get_export(
                **asked, exportType="oas30", parameters={"extensions": "apigateway"}
            )["body"].read()
            assert _methods(json.loads(text)) == _methods_of(cloud, stage["stageName"])


def _methods(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(path, verb) for path, item in document["paths"].items() for verb in item}


def _methods_of(cloud: Cloud, stage: str) -> set[tuple[str, str]]:
    api = next(each for each in cloud.rest_apis if each.stage == stage)
    any_method = "x-amazon-apigateway-any-method"
    return {
        (each.resource, any_method if each.http_method == "ANY" else each.http_method.lower())
        for each in api.methods
    }
