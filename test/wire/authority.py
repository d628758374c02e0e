"""A certificate authority for tests, by openssl: NAME.pem and NAME.key in its folder."""

import subprocess

FOR_CLIENTS = "basicConstraints=CA:false\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n"
FOR_SERVERS = "basicConstraints=CA:false\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n"
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
PAST = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]

CONFIGURATION = """
[ca]
default_ca = default
[default]
database = {folder}/index.txt
serial = {folder}/serial
crlnumber = {folder}/crlnumber
new_certs_dir = {folder}
default_md = sha256
default_days = 2
default_crl_days = 2
unique_subject = no
policy = policy
[policy]
organizationName = optional
organizationalUnitName = optional
commonName = supplied
[req]
distinguished_name = name
[name]
"""


class Authority:
    def __init__(self, folder, name="ca"):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("1000\n")
        (folder / "crlnumber").write_text("1000\n")
        self._configuration = folder / "ca.conf"
        self._configuration.write_text(CONFIGURATION.format(folder=folder))
        self.certificate, self._key = folder / "ca.pem", folder / "ca.key"
        self._openssl("req", "-x509", *CURVE, "-keyout", self._key, "-out", self.certificate, "-days", "3",
                      "-subj", f"/O=Example/CN={name}", "-addext", "basicConstraints=critical,CA:true",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def sign(self, name, subject, extensions=FOR_CLIENTS, dates=()):
        """Returns (certificate, key)."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, section = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        section.write_text(extensions)
        self._openssl("req", "-new", *CURVE, "-keyout", key, "-out", request, "-subj", subject)
        key.chmod(0o600)
        self._openssl("ca", "-batch", "-notext", "-config", self._configuration, "-cert", self.certificate,
                      "-keyfile", self._key, "-extfile", section, "-in", request, "-out", certificate, *dates)
        return certificate, key

    def sign_client(self, name, upn=None):
        names = f"subjectAltName=otherName:msUPN;UTF8:{upn}\n" if upn else ""
        return self.sign(name, f"/O=Example/CN={name}", FOR_CLIENTS + names)

    def sign_server(self):
        return self.sign("server", "/CN=localhost", FOR_SERVERS + "subjectAltName=IP:127.0.0.1,DNS:localhost\n")

    def revoke(self, certificate):
        self._openssl("ca", "-config", self._configuration, "-cert", self.certificate, "-keyfile", self._key,
                      "-revoke", certificate)

    def list_revoked(self):
        """Writes the revocation list; returns its path."""
        path = self.folder / "crl.pem"
        self._openssl("ca", "-config", self._configuration, "-cert", self.certificate, "-keyfile", self._key,
                      "-gencrl", "-out", path)
        return path

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, umask=0o022)


def thumbprint(certificate, function="sha256"):
    """With colons, as openssl prints it."""
    done = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", f"-{function}", "-in", str(certificate)],
                          check=True, capture_output=True, text=True)
    return done.stdout.partition("=")[2].strip()
