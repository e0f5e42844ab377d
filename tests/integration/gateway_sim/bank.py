"""The bank of tests/fixtures/bank, which speaks HTTPS, for a chain of containers."""

import shutil
from pathlib import Path

import trustme

from tests.fixtures.gateway import Chain

HTTP, HTTPS, STRICT, OLD = 8880, 8843, 8844, 8845

_BANK = Path(__file__).parents[2] / "fixtures" / "bank"


def copy_bank(chain: Chain) -> trustme.LeafCert:
    """Put the definitions where the chain's are; the answer is the certificate of the branch.

    That one is given as files; that of the bank is made when the load balancer starts.
    """
    folder = chain.definitions
    shutil.copytree(_BANK, folder, dirs_exist_ok=True)
    branch = trustme.CA().issue_cert("branch.example.com")
    branch.cert_chain_pems[0].write_to_path(str(folder / "branch.pem"))
    branch.private_key_pem.write_to_path(str(folder / "branch.key"))
    with (folder / "gateway-sim.yaml").open("a", encoding="utf-8") as config:
        config.write("certificates: { BranchCertificate: { cert: branch.pem, key: branch.key } }\n")
    for path in folder.rglob("*"):
        path.chmod(0o755)  # gateway-sim runs as a user of its own
    return branch


def write_with_key(certificate: trustme.LeafCert, file: Path) -> Path:
    """One file of a target's certificate and its key."""
    certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
    file.chmod(0o755)
    return file
