"""ECR demo1 and demo2: immutable tags, scan on push, lifecycle; emptied when deleted on purpose."""

from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended


def registry(choices: Choices) -> Intended:
    """Both repositories."""
    own = choices.prefix != "ecs-fargate"
    names = {name: f"{choices.prefix}-{name}" if own else name for name in ("demo1", "demo2")}
    return {
        "registry.Demo1Repository": _repository(names["demo1"]),
        "registry.Demo2Repository": _repository(names["demo2"]),
    }


def _repository(name: str) -> dict[str, Any]:
    untagged = {
        "rulePriority": 1,
        "description": "an image without a tag is what an interrupted push left",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": 7,
        },
        "action": {"type": "expire"},
    }
    old = {
        "rulePriority": 2,
        "description": "fifty deployments to go back to",
        "selection": {
            "tagStatus": "any",
            "countType": "imageCountMoreThan",
            "countNumber": 50,
        },
        "action": {"type": "expire"},
    }
    return {
        "is": "ECR::Repository",
        "RepositoryName": name,
        "ImageTagMutability": "IMMUTABLE",
        "ImageScanningConfiguration": {"ScanOnPush": True},
        "EncryptionConfiguration": {"EncryptionType": "AES256"},
        "EmptyOnDelete": True,
        "LifecyclePolicy": {"LifecyclePolicyText": {"rules": [untagged, old]}},
    }
