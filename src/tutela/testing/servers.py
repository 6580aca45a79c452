"""The other side of every wire, real and on the loopback: name server, web host, mail server, registry.

Tests and the demo take them from here. Each is a context manager (or ``start``/``stop``), picks a free port
unless given one, and can be told to answer, refuse, hang or lie while it runs:

* :class:`NameServer` — ``answer · answer_in_turn · lie · loop_back · hang · fail · babble · forget``
* :class:`WebHost` — ``show · remove · answer · redirect · require_login``, ``endless · drip · hang ·
  hang_up · babble``
* :class:`MailServer` — ``letters``, ``refuse · drop · accept``; STARTTLS, TLS and login when asked
* :class:`RegistryServer` — ``register(Network(...))``, ``fail · hang``; RFC 9083 answers, RFC 9224 bootstrap
* :class:`Authority` — a certificate authority for one test

What a web host shows is photographs of ordinary things from scikit-image, or drawn shapes; nothing else.
aiosmtpd and scikit-image are imported only when used.
"""

from tutela.testing.certificates import Authority, ServerCertificate
from tutela.testing.dns_server import NameServer
from tutela.testing.mail_server import Letter, MailServer
from tutela.testing.rdap_server import Network, RegistryServer
from tutela.testing.web_host import Visit, WebHost

__all__ = [
    "Authority",
    "Letter",
    "MailServer",
    "NameServer",
    "Network",
    "RegistryServer",
    "ServerCertificate",
    "Visit",
    "WebHost",
]
