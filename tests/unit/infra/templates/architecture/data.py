"""RDS MySQL: private, encrypted, TLS, one user per service, backups, no paid extended support."""

from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended


def data(choices: Choices) -> Intended:
    """The database and the secrets of those who log in to it."""
    return {
        "data.DatabaseSubnetGroup": {
            "is": "RDS::DBSubnetGroup",
            "SubnetIds": list(choices.private),
        },
        "data.DatabaseParameterGroup": {
            "is": "RDS::DBParameterGroup",
            "Family": "mysql9.7",
            "Parameters": {"require_secure_transport": "1", "max_connections": "150"},
        },
        "data.Database": _database(),
        "data.StudentsSecret": _secret("students"),
        "data.StudentsMigrationSecret": _secret("students_migration"),
        "data.SubjectsSecret": _secret("subjects"),
        "data.SubjectsMigrationSecret": _secret("subjects_migration"),
    }


def _database() -> dict[str, Any]:
    return {
        "is": "RDS::DBInstance",
        "DeletionPolicy": "Snapshot",
        "UpdateReplacePolicy": "Snapshot",
        "Engine": "mysql",
        "EngineVersion": "9.7",
        "AllowMajorVersionUpgrade": True,
        "AutoMinorVersionUpgrade": True,
        "EngineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "DBInstanceClass": "db.t3.micro",
        "MultiAZ": False,
        "StorageType": "gp3",
        "AllocatedStorage": 20,
        "MaxAllocatedStorage": 100,
        "StorageEncrypted": True,
        "MasterUsername": "administrator",
        "ManageMasterUserPassword": True,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "DBSubnetGroupName": "data.DatabaseSubnetGroup",
        "DBParameterGroupName": "data.DatabaseParameterGroup",
        "VPCSecurityGroups": ["data.DatabaseSecurityGroup"],
        "PubliclyAccessible": False,
        "Port": 3306,
        "BackupRetentionPeriod": 7,
        "PreferredBackupWindow": "03:00-03:30",
        "PreferredMaintenanceWindow": "sun:04:00-sun:04:30",
        "CopyTagsToSnapshot": True,
        "DeletionProtection": True,
        "EnableCloudwatchLogsExports": ["error"],
    }


def _secret(username: str) -> dict[str, Any]:
    return {
        "is": "SecretsManager::Secret",
        "GenerateSecretString": {
            "SecretStringTemplate": {"username": username},
            "GenerateStringKey": "password",
            "PasswordLength": 32,
            "ExcludePunctuation": True,
        },
    }
