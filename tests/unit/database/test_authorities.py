"""The authorities of RDS that the images trust: each is one, is AWS's, and will last."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway_sim.cloudformation.source import load

_ROOT = Path(__file__).parents[3]
_FILE = _ROOT / "services" / "database" / "rds-ca.pem"
_AUTHORITIES = x509.load_pem_x509_certificates(_FILE.read_bytes())
# What RDS calls rds-ca-rsa2048-g1 in one region.
_NAME = re.compile(r"Amazon RDS ([a-z]+-[a-z]+-\d) Root CA RSA2048 G1")


def _name(certificate: x509.Certificate) -> str:
    (attribute,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(attribute.value)


_REGIONS = [found[1] for each in _AUTHORITIES if (found := _NAME.fullmatch(_name(each)))]


@pytest.mark.parametrize("certificate", _AUTHORITIES, ids=_name)
class TestEachCertificate:
    def test_is_the_root_of_a_region(self, certificate: x509.Certificate) -> None:
        assert _NAME.fullmatch(_name(certificate))
        key = certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        assert key.key_size == 2048

    def test_has_signed_itself_and_may_sign_others(self, certificate: x509.Certificate) -> None:
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert constraints.value.ca
        assert usage.value.key_cert_sign

    def test_is_valid_for_ten_years_more(self, certificate: x509.Certificate) -> None:
        now = datetime.now(UTC)
        assert certificate.not_valid_before_utc < now
        assert certificate.not_valid_after_utc > now + timedelta(days=3653)


def test_there_is_one_for_each_region_and_they_are_easy_to_find() -> None:
    assert len(set(_REGIONS)) == len(_AUTHORITIES)
    assert {"us-east-1", "eu-central-1"} <= set(_REGIONS)
    headings = re.findall(r"^# (\S+)\n-----BEGIN", _FILE.read_text("ascii"), re.MULTILINE)
    assert headings == _REGIONS == sorted(_REGIONS)


def test_the_database_has_a_certificate_of_this_kind() -> None:
    template = load(_ROOT / "infra" / "templates" / "data.yaml")
    database = template["Resources"]["Database"]["Properties"]
    assert database["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"


@pytest.mark.parametrize("service", ["students", "subjects"])
def test_the_images_have_the_file_where_the_task_definitions_look_for_it(service: str) -> None:
    dockerfile = (_ROOT / "services" / service / "Dockerfile").read_text("utf-8")
    assert f"COPY {_FILE.relative_to(_ROOT)} /etc/ssl/rds/ca.pem\n" in dockerfile
    for name in ("service.yaml", "migration.yaml"):
        text = (_ROOT / "infra" / "templates" / name).read_text("utf-8")
        assert "Name: DATABASE_CA, Value: /etc/ssl/rds/ca.pem" in text
