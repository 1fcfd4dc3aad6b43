"""Names that hold digits and are no numerals: GPT-2, fp16, W_1, v0.1.0, arXiv ids, citations.

A rule here is a hole in the gate, so each is narrow, and what it passed over can be listed. A name that no rule knows
(Llama 2, Phi-2) comes with the course's model labels, or stands among a page's literals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from derivations.language import pack

FILLER = "\ufffc"
"""Stands where something bound, or a name, was."""


def blank(text: str, filler: str = " ") -> str:
    """Give as many fillers as the text has characters; line ends stay."""
    return filler * len(text) if "\n" not in text else "\n".join(filler * len(line) for line in text.split("\n"))


_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'-]{0,30}"


def _said(key: str, joined: str = "|") -> str:
    """Give the words of all languages for one thing: a page of one names what is written in another."""
    names = (pack.table(code, "counting")["names"] for code in pack.known())
    return joined.join(str(one[key]).replace("{ordered}", one["ordered"]) for one in names)


def _dates() -> str:
    """Give the pattern of dates in words: 17 June 2021, 17 de junio de 2021."""
    found = []
    for names in (pack.table(code, "counting")["names"] for code in pack.known()):
        day = rf"(?:0?[1-9]|[12]\d|3[01])(?:{names['day']})?"
        parts = {"D": rf"{day}(?:(?:\s?[–-]\s?|,?\s{{1,3}}(?:{names['and']})\s{{1,3}}){day})?",
                 "M": f"(?:{names['months']})", "Y": r"(?:1[5-9]|20)\d\d"}
        found += [r"\s{1,3}".join(parts.get(word.rstrip(","), word.rstrip(",")) + "," * word.endswith(",")
                                  for word in written.split())
                  for written in sorted(names["dates"], key=len, reverse=True)]
    return "|".join(found)


_YEAR = r"(?:19\d\d|20[0-3]\d)[a-z]?(?![\w]|[.,\u202f]\d)"
_SPACE = r"(?:\u2060*+\s[\s\u2060]{0,8}+)"
"""Space between words, with what no reader sees there: **Python** 3.11."""
_NUMBER = r"(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3}){0,4}(?:[a-f]|/(?:19|20)\d\d)?"
_NUMBERED = rf"(?:\({_NUMBER}\)|\[?{_NUMBER}\)?)(?![.,\u202f\u00a0\u2009 ]?\d)"
"""The number of a part: what begins in brackets ends there, for a video (26 s) is no part."""
_DATE = (
    r"(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?)?)?|(?:19|20)\d\d(?P<sign>[/ _])(?:0[1-9]|1[0-2])(?P=sign)(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|1[0-2])/(?:19|20)\d\d|(?:0?[1-9]|[12]\d|3[01])(?P<dash>[/-])(?:0?[1-9]|[12]\d|3[01])(?P=dash)(?:19|20)\d\d"
)
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]{2,12}/\d{7})(?:v\d{1,2})?"

_VERSIONED = (
    "Python|CPython|PyPI|PyPy|pip|NumPy|SciPy|SymPy|pandas|PyTorch|TensorFlow|JAX|CUDA|cuDNN|ROCm|NCCL|GCC|Clang|LLVM|Rust|"
    "Java|JavaScript|Kotlin|Swift|Node(?:\\.js)?|Deno|Ruby|Perl|PHP|Julia|Lua|C\\+\\+|Ubuntu|Debian|Fedora|Alpine|"
    "Windows(?: Server)?|macOS|iOS|Android|Linux|Git|GitHub|Docker|Kubernetes|SQLite|PostgreSQL|MySQL|Django|Flask|"
    "Jinja|MkDocs|Material|Markdown|Sphinx|KaTeX|MathJax|TeX|LaTeX|Unicode|CLDR|HTML|CSS|ECMAScript|TypeScript|React|Angular|"
    "Vue|Firefox|Chrome|Chromium|Safari|OpenGL|Vulkan|OpenMP|OpenAPI|Swagger|OAuth|MPI|PCIe|USB|Bluetooth|Wi-Fi|NVLink|ONNX|"
    "Triton|Hypothesis|pytest|Pydantic|FastAPI|Neovim|Vim|glibc|musl|WCAG|CommonMark|TOML|YAML|HTTP|TLS|SSL|SSH|SMTP|Web|"
    "Apache|GPL|LGPL|CC BY(?:-[A-Z]{2})*|Attribution|ShareAlike|NonCommercial|NoDerivatives|"
    "Raspberry Pi|iPhone|PlayStation|"
    "(?i:python|java|javascript|node(?:\\.js)?|php|ubuntu|debian|fedora|macos|ios|android|linux|docker|mysql|postgresql)"
)
"""Software, standards and licences whose versions are written behind them, with a point in every language."""
_RELEASE = r"v?(?:\d{1,3}|20\d\d)(?:\.\d{1,4}){0,3}(?:\.x|\.?(?:a|b|rc|alpha|beta|dev|post)\.?\d{1,3})?\+?"
_NO_MORE = r"(?!\w|[.,\u202f]\d|[\s\u2060]?%)"
_TO = r"\s?\u2060*+[–-]\u2060*+\s?"
"""The sign between the first and the last of several, which a reference may stand for."""


def _citation() -> str:
    """Give the pattern of authors with their year: Hu et al. (2021), [Hu 2021], Loshchilov y Hutter (2019)."""
    return (
        rf"(?<!\w){_WORD}(?:\s{{1,3}}(?:et\s{{1,3}}al\.?|{_said('others')})"
        rf"|(?:,\s{{1,3}}{_WORD}){{0,8}},?\s{{1,3}}(?:&|{_said('joins')})\s{{1,3}}{_WORD})"
        rf",?\s{{0,3}}(?:\({_YEAR}\)|{_YEAR})"
        rf"|(?<!\w){_WORD}\s{{1,3}}\({_YEAR}(?:,\s{{1,3}}(?:{_said('parts')})\s{{0,3}}[\d–-]{{1,9}})?\)"
        rf"|(?<=\[){_WORD}\s{{1,3}}{_YEAR}(?=\])|(?<=\(){_WORD},\s{{1,3}}{_YEAR}(?=\))"
    )


@pack.remembered
def _rules() -> tuple[tuple[str, str], ...]:
    """Give the patterns of names, in the order in which they are passed over, by the words of all packs known now."""
    part = rf"(?:[§¶]+|{_said('parts')})"
    place = rf"(?:,\s{{1,3}}{part}\s{{0,3}}\(?\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}\)?){{1,4}}"
    year = r"(?:1[78]\d\d|19\d\d|20[0-3]\d)"
    closed = rf"\s{{0,3}}(?:$|[^\s\w%]|(?:{_said('after_year')})(?!\w))"
    both = rf"(?:,{_SPACE}|{_SPACE}(?:{_said('and')}){_SPACE})"
    return (
        ("citation", rf"(?:{_citation()})(?:{place})?"),
        ("arXiv id", rf"(?i:arxiv)(?:\s{{1,3}}(?:ids?|preprints?))?[:\s]{{0,3}}{_ARXIV_ID}"
                     rf"(?:(?:,|;|\s{{1,3}}(?:{_said('joins')}))\s{{1,3}}{_ARXIV_ID}){{0,20}}(?![\w])"),
        ("DOI", r"(?<![\w.,])(?:19|20)\d\d;\d{1,4}(?:\(\d{1,3}\))?:[eE]?\d{1,5}(?:[–-]\d{1,5})?(?![\w.]\d|\w)"
                r"|(?<![\w.])10\.\d{4,9}/[^\s<>\"'()\[\]]{1,200}|(?<!\w)PMID:?\s\d{1,8}(?!\w)"
                r"|(?<!\w)ISBN(?:-1[03])?:?\s?\d[\dX-]{8,16}(?![\w-])"),
        ("name in capitals", r"(?<![\w-])[A-Z]{2,12}-\d[\w.]{0,10}(?<!\.)(?:-[\w.]{1,20}(?<!\.)){0,4}(?![\w])"
                             r"|(?<![\w-])(?:(?i:utf|sha|crc|base|latin|iso)-\d{1,4}(?:-(?:\d{1,2}|[a-z]{2}))?|(?i:windows)-125\d|BSD-\d-Clause)(?![\w-])"
                             r"|(?<![\w-])[A-Z]{1,3}-\d{2,4}[A-Z]{1,3}(?:-\w{1,6}){0,3}(?![\w-])"
                             r"|(?<![\w-])[A-Z]\w{1,20}-\d{1,2}\.\d{1,2}(?:-[A-Za-z]\w{1,20})+(?![\w-])"
                             r"|(?<![\w-])[A-Z]\w{1,10}-[A-Z]{1,2}/\d{1,2}(?!\w)"
                             r"|(?<![\w-])[A-Z]{2,12}-[A-Z]\w{0,10}-\d{1,2}(?![\w-]|[.,\u202f]\d)"
                             r"|(?<![\w-])[A-Z]\w{0,10}[A-Z]\w{0,10}-(?:19\d\d|20[0-3]\d)(?![\w-]|[.,\u202f]\d)"),
        ("file", r"(?<![\w./-])\w[\w-]{0,60}(?:\.[\w-]{1,20}){0,4}"
                 r"\.(?:pdf|csv|json|toml|ya?ml|md|txt|png|svg|html?|zip|gz|py|ipynb|bin|safetensors|conf|cfg|ini|log|rules|sh|xml"
                 r"|css|jsx?|tsx?|jpe?g|gif|webp|mp[34]|wav|ttf|woff2?|7z|tar|iso|exe|dll|sql|docx?|xlsx?|pptx?|stl)(?!\w)"),
        ("name with a size", r"(?<![\w-])[A-Z][\w.]{0,30}(?:-[\w.]{1,20}){0,4}"
                             r"-(?:\d{1,3}x)?\d{1,4}(?:\.\d{1,3})?[BMbm](?!\w)|(?<!\w)\d{1,2}x\d{1,3}[BM](?!\w)"
                             r"|(?<![\w-])(?!(?:sub|non|pre|multi|under|over|about|near|nearly|roughly|casi|unos)-)[a-z]{3,12}-\d{1,4}(?:\.\d{1,3})?[bm](?!\w)"),
        ("date", rf"(?<![\w.,-])(?:{_dates()}|{_DATE})(?![\w-]|[.,/\u202f]\d)|(?<!\w)(?:{_said('decades')})(?!\w)"
                 rf"|(?<!\w)(?i:{_said('weekdays')})\s{{1,3}}(?:0?[1-9]|[12]\d|3[01])(?:{_said('day')})?"
                 rf"(?={closed})(?![.,\u202f]\d)"
                 rf"|(?<!\w)(?:[A-Z]{{4,8}}|[A-Z][a-z]{{2,6}}[A-Z]{{2,4}}|Q[1-4]|H[12]|FY)\s(?:19[89]\d|20[0-3]\d){_NO_MORE}(?!-\d)"),
        ("time", r"(?:(?<![\w.,:/])(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[+-][01]\d:?[0-5]\d)?|\d:[03]0"
                 rf"|{_CLOCK}(?=\s?(?:{_said('hours')})))"
                 rf"|(?<!\w)(?i:{_said('before_time')})\s{{1,3}}\d\d?(?:[.:][0-5]\d(?:\s?[+-][01]\d:?[0-5]\d)?|(?=\s{{1,3}}(?:{_said('hours')})))"
                 r"|(?<![\w.,:/])(?:0?[1-9]|1[0-2])\s?[ap]\.?m(?:\b|\.)"
                 r"|(?<!\w)(?:UTC|GMT)\s?[+−-]\d{1,2})(?![\w:]|[.,:]\d)(?!\s?[/x×])"),
        ("edition", rf"(?<![\w.,])(?i:{_said('editions')})(?!\w)"),
        ("section", r"(?m:^)[ \t>]{0,12}#{1,6}[ \t]+\u2060*+(?:\d{1,2}\)|(?:\d{1,2}\.)+(?:\d{1,2})?)"
                    r"(?=[ \t]+\u2060*+[A-ZÀ-ÖØ-Þ¿¡`])"
                    r"|(?m:^)[ \t>]{0,24}(?:[-*+][ \t]+\d{1,2}\)(?=[ \t])"
                    r"|(?:[-*+][ \t]+)?\u2060++\d{1,2}[.)](?=[ \t]+\u2060*+[A-ZÀ-ÖØ-Þ¿¡]))"),
        ("version", rf"(?<!\w)(?i:{_said('released')}){_SPACE}\d{{1,2}}\.\d{{1,3}}{_NO_MORE}"
                    rf"|(?<![\w.,])\d{{1,2}}\.\d{{1,3}}(?={_SPACE}(?:{_said('newer')})(?!\w))"
                    rf"|(?<=[a-zà-ÿ,(] )[A-ZÀ-ÖØ-Þ][\w+#]{{2,20}}\s\d{{1,2}}\.0{_NO_MORE}"
                    r"|(?<!\w)[A-ZÀ-ÖØ-Þ][\w+#]{2,20}\s\d{1,2}(?:\.\d{1,3}){1,2}\+(?![\w+])"),
        ("title", rf"(?<!\w)(?i:{_said('titles')}),?{_SPACE}(?:“[^“”\n]{{1,80}}”|«[^«»\n]{{1,80}}»|\"[^\"\n]{{1,80}}\")"
                  r"|[“«\"](?=(?:[^“”«»\"\n]{0,40}?(?<![^\W\d_])[A-ZÀ-ÖØ-Þ]\w{2,30}){2})"
                  r"(?:[A-ZÀ-ÖØ-Þ\d][\w'’:,.&-]{0,24}+|an?|the|of|in|on|for|and|to|with|by|from|[ :–-]){2,24}+[”»\"]"),
        ("postal address", rf"(?<!\w)(?:\d{{1,4}}[A-Z]?{_SPACE}(?:[A-Z]\w{{1,20}}{_SPACE}){{1,3}}(?:{_said('streets')})"
                           rf"|(?:{_said('streets')}){_SPACE}(?:(?:de|del|la|los|las){_SPACE}|[A-ZÀ-ÖØ-Þ][\w.]{{1,20}}+{_SPACE}?){{1,4}}"
                           rf",?{_SPACE}?(?:n\.?º{_SPACE}?)?\d{{1,4}}(?:,{_SPACE}\d{{5}}(?={_SPACE}[A-ZÀ-ÖØ-Þ])|(?={closed})))(?!\w|[.,\u202f]\d)"
                           r"|(?<=[a-z], )[A-Z]{2}\s\d{5}(?:-\d{4})?(?![\w,.]\d|\w)"),
        ("index", r"(?<!\w)(?:S&P|(?:IBEX|FTSE|DAX|CAC|MIB|SMI|Nikkei|Nasdaq|NASDAQ|Russell|STOXX|Stoxx"
                  r"|Fortune|CSI))[ -]\d{2,4}"
                  rf"{_NO_MORE}"),
        ("year", rf"(?<!\w)(?i:{_said('before_year')})(?:\s{{1,3}}|-){year}"
                 rf"(?:(?:{both}|{_TO}){year}|[/–-]\d\d)?(?![\w-]|[.,\u202f]\d)"
                 rf"(?={closed}|\s{{0,3}}[A-ZÀ-ÖØ-Þ]|\s*\n\s*\n)"),
        ("section", rf"(?<!\w)(?i:{part})(?:{_SPACE}?|-){_NUMBERED}"
                    rf"(?:(?:{both}|\s?[–-]\s?){_NUMBERED})*{_NO_MORE}"),
        ("year", r"(?<![\w.,/–-])(?:19\d\d|20[0-3]\d)[–-](?:19\d\d|20[0-3]\d)"
                 r"(?![\w%–/-]|[.,\u202f]\d)(?!\s{1,3}[^\W\d_])"),
        ("isotope", r"(?<![\w-])(?:(?:He|Li|Co|Kr|Sr|Tc|Xe|Cs|Ra|Rn|Th|Pu|Am|Po|Pb|Bi)-\d{1,3}|C-1[1-4]|U-23\d"
                    r"|I-1[23]\d|K-40|H-[23]|O-1[5-8]|N-1[3-5])(?![\w.,-]\d|\w)|(?<![^\s(«“\"])[⁰¹²³⁴-⁹]{1,3}(?=[A-Z][a-z]?(?!\w))"
                    r"|(?<=[A-Za-z₀-₉])[²³⁴-⁹]?[⁺⁻](?![⁰¹²³⁴-⁹])"),
        ("unit", r"(?<![^\W\d])(?:[kcdmµn]?m|s|kg|ft|in|mi|yd)(?:[²³]|⁻[¹²³⁴])(?!\w)"),
        ("queue", r"(?<![\w/])[A-Z]{1,2}/[A-Z]{1,2}/\d{1,2}(?:/\d{1,3})*(?![\w/])"),
        ("document", r"(?<![\w.])[GHTVX]\.\d{2,4}(?:\.\d{1,2})?(?!\w|[.,\u202f]\d)"
                     r"|(?<!\w)POSIX\.\d(?:-(?:19|20)\d\d)?(?!\w)|(?<!\w)(?:EN|TS|TR)\s\d{3}\s\d{3}(?!\w|[ .,]\d)"
                     r"|(?<!\w)(?:RFC|PEP|ISO|IEC|IEEE|ECMA|BCP|CVE|ISSN|DIN|UNE|EN|ANSI|ASTM|JIS|ETSI)s?(?:/IEC)?"
                     rf"(?:[ \u00a0]Std\.?)?[ \u00a0-]?\[?X?\d{{1,6}}(?:[-:./]\d{{1,6}})*(?:{both}\d{{3,5}})*(?![\w%])"
                     r"|(?<![\w.,])802\.\d{1,2}[a-z]{1,2}(?!\w)"
                     rf"|(?:(?<=[\w(\[])|(?<=[\w,;:.)] ))#\d{{1,6}}{_NO_MORE}"),
        ("code", rf"(?<!\w)(?:(?i:{_said('codes')}){_SPACE}(?:0x[0-9A-Fa-f]{{2,8}}|[1-5]?\d{{1,2}})"
                 rf"|(?:HTTP|(?i:{_said('errors')})){_SPACE}[1-5]\d\d)(?:(?:/|{both})[1-5]\d\d)*{_NO_MORE}"
                 r"|(?<![\w.,])(?:200\sOK|204\sNo\sContent|303\sSee\sOther|304\sNot\sModified|400\sBad\sRequest"
                 r"|404\sNot\sFound|409\sConflict|410\sGone|422\sUnprocessable|429\sToo\sMany|500\sInternal\sServer"
                 r"|50[24]\s(?:Bad\s)?Gateway|503\sService\sUnavailable|(?:201\sCreated|202\sAccepted|301\sMoved"
                 r"|302\sFound|401\sUnauthorized|403\sForbidden)(?!\s[a-z-]{3,30}s(?!\w)))"
                 rf"|(?<!\w)(?:[1-5]xx(?!\w)|[45]\d\d(?=\s(?:{_said('errors')})(?!\w)))"),
        ("address", rf"(?<!\w)(?i:{_said('ports')}){_SPACE}\d{{2,5}}(?:(?:{both}|{_TO}|/)\d{{2,5}})*{_NO_MORE}"
                    r"|(?<![\w.,])\d{1,5}[ /](?:TCP|UDP)(?=[ \t]*(?:$|[.,;:)\n]))"
                    r"|(?<![\w@/.-])(?:[\w-]{1,40}\.){1,3}(?:com|org|net|es|io|dev|edu|gov|eu)/[^\s<>\"'()\[\]]{1,200}"
                    r"|(?<![\w.,])\d{1,3}(?:\.\d{1,3}){3}[:/]\d{1,5}(?![\w.]\d)|(?<=localhost):\d{2,5}(?!\w)"
                    r"|(?<![\w:.])(?=[0-9a-f:]{0,30}::)(?:[0-9a-f]{1,4})?(?:::?[0-9a-f]{1,4}){1,7}(?:::)?(?:/\d{1,3})?(?![\w:])"
                    r"|(?<![\w.,-])(?:(?:\+?1[ -])?(?:\(\d{3}\)\s|\d{3}-)\d{3}-\d{4})(?![\w-]|[.,\u202f]\d)"
                    rf"|(?<!\w)(?i:{_said('phones')}){_SPACE}[+(]?\d(?:[ ().-]{{0,2}}\d){{5,15}}(?![\w%])"
                    r"|(?<![\w.,+])\+[1-9]\d{0,2}(?=[ -](?:\d{3}[ -]){0,5}\(?(?:\d{2}|\d{4})\b)"
                    r"(?:[ -]\(?\d{2,4}\)?){2,5}(?![\w%]|[.,\u202f]\d)"),
        ("name with a size", r"(?<![\w-])[A-Z]\w{1,30}\s\d{1,2}(?:\.\d)?\s\d{1,3}(?:\.\d)?[BM](?!\w)"),
        ("version", rf"(?<!\w)(?:{_VERSIONED}|(?i:{_said('versions')}):?)"
                    rf"(?:{_SPACE}|[/-]|{_SPACE}?(?:[<>]=?|[~=]=|[≤≥]){_SPACE}?)"
                    rf"{_RELEASE}(?:(?:{both}|\s?[–/-]\s?){_RELEASE})*{_NO_MORE}|(?<!\w)C\+\+\d\d(?!\w)"),
        ("norm", rf"(?<!\w)(?:{_said('norms')})"),
        ("accelerator", rf"(?<!\w)(?:[ABHPV][123]00(?:[ -]\d\dGB)?|A10G|A40|K80|L40S?|T4|[GR]TX\s\d{{4}}"
                        rf"|Ryzen\s[3579]){_NO_MORE}"),
        ("version", rf"(?<!\w)(?i:{_said('uses')}){_SPACE}[A-ZÀ-ÖØ-Þ][\w+#-]{{1,20}}{_SPACE}[1-9]\d?\.\d{{1,3}}"
                    rf"{_NO_MORE}(?={closed})"),
        ("version", r"(?<![\w.,])v\d{1,4}(?:\.\d{1,4}){0,4}(?:-(?:alpha|beta|rc|dev|pre)\.?\d{1,3})?(?!\w)"
                    r"|(?<![\w.,])\d{1,3}(?:\.\d{1,3}){0,3}\.x(?!\w)"),
        ("version", r"(?<![\w.,])\d{1,4}(?:\.\d{1,4}){2,4}"
                    r"(?:[a-z]|[.-]?(?:alpha|beta|a|b|rc|dev|pre|post)\.?\d{1,3})?(?![\w]|,\d)"),
        ("dimension", r"(?<![\w.,-])(?:[1-9]-?D|2FA|3GPP|N\+1)(?!\w)|(?<![\w/.,])24/7(?![\w/]|[.,\u202f]\d)"),
        ("identifier", r"(?<!\w)(?:U\+[0-9A-F]{4,6}|HEAD[~^]\d{1,2}"
                       r"|(?:Ctrl|Alt|Shift|Cmd|Meta|Mayús)\+(?:[A-Z][a-z]{2,5}\+){0,2}[A-Z]?\d{1,2})(?!\w)"),
        ("identifier", r"(?<![\w+])\+\+[a-z-]{2,20}(?:\+[a-z0-9-]{1,20}){1,4}\+\+"),
        ("complexity", r"(?<!\w)[OΘΩ]\((?:1|[^\d()\n]{1,20}(?:\^[23])?[^\d()\n]{0,10})\)"),
        ("identifier", r"#(?=[0-9]{0,5}[a-fA-F])(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?!\w)"),
        ("identifier", r"(?<!\w)x(?:64|86(?:[-_]64)?)(?![^\W_])"
                       r"|(?<!\w)(?!\d+e\d+(?!\w))(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}(?!\w)"),
        ("identifier", r"(?<!\w)[^\W\d_]\w{0,60}?\d\w*+"
                       r"(?:\.\d{1,2}(?!\w|[.,\u202f]\d)|-\d{3,5}[A-Z]{0,2}(?![\w%-]|[.,\u202f]\d))?"),
        ("label", r"(?:[^\W\d_]|[)\]])\u2060*+[₀-₉]++"),
    )


_BY_A_WORD = frozenset({"date", "year", "section", "document", "version", "code", "address", "norm", "time"})
"""What is a name by the word before it; another word behind it may make it a count."""
_DIGITS = re.compile(r"[\d₀-₉⁰¹²³⁴-⁹⁺⁻]++")
_LONGEST, _LONG, _AFTER = 240, 60, 60
"""How far before its digits a citation is looked for, how far any other name, and how far behind them."""
_SHORT = 12
"""How far before a part of a document is looked for what makes it none: in this case 3 of them."""
_NEXT_LINE = re.compile(r"\n[ \t>]*\d{1,3}\)?\Z")
_NEXT_ITEM = re.compile(r"\n[ \t>]*\u2060[ \t]")
"""A number at the beginning of the next line, and the sign of a next item."""
_THREES = re.compile(r"\d{1,3}(?:\.\d{3})+\Z")
_ALONE = re.compile(r"[^\W\d_]*[^\W\d_s]s\s+\d+\Z")
"""One number behind parts of a document, which are several, as in English and Spanish an s says."""
_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)\d+(?:\.\d+|-\d{3,5}[A-Z]*)?\Z")
_CURLY = re.compile(r"[\s\u00a0]+")
_TIMES_SIGN = "x"
_MACHINES = ("x64", "x86")


@dataclass(frozen=True)
class Name:
    """A stretch with digits that the numeral check passed over, and by which rule."""

    start: int
    end: int
    text: str
    rule: str


class Names:
    """The rules for names, with a course's own labels and symbols; compiled once a course and language.

    labels   names of models: "Llama 2", "LLaMA-7B", "Phi-2"; case counts
    symbols  letters that stand for numbers ("r", "h"): `r8` is rank eight, not a name
    nouns    what is counted: run together with digits, it makes no name either
    counts   says whether what stands at an offset makes the number before it a count: "in Table 3 million"
    """

    def __init__(
        self, labels: Iterable[str] = (), symbols: Iterable[str] = (), nouns: Iterable[str] = (),
        counts: Callable[[str, int], bool] = lambda text, at: False,
    ) -> None:
        with_digits = {" ".join(label.split()) for label in labels if any(c.isdecimal() for c in label)}
        ordered = sorted(with_digits, key=lambda label: (-len(label), label))
        course = "|".join(_CURLY.sub(r"\\s{1,3}", re.escape(label).replace(r"\ ", " ")) for label in ordered)
        self._rules = [(rule, re.compile(pattern)) for rule, pattern in _rules()]
        if course:
            self._rules.insert(0, ("model", re.compile(rf"(?<![\w-])(?:{course})(?!\w)")))
        self._reach = max([_LONG, *map(len, ordered)])
        self._symbols = {_TIMES_SIGN, *(symbol for symbol in symbols if len(symbol) == 1)}
        self._nouns = {noun.lower() for noun in nouns}
        self._counts = counts
        self._any = re.compile(rf"(?<!\w)(?:{_said('each')})\s{{1,3}}\Z", re.IGNORECASE)

    def pass_over(self, text: str) -> tuple[str, list[Name]]:
        """Give the text, of the same length, with names replaced by `FILLER`; and the names."""
        passed: list[Name] = []
        digits = [found.span() for found in _DIGITS.finditer(text)]
        if not digits:
            return text, passed
        wide, narrow = _windows(text, digits, _LONGEST), _windows(text, digits, self._reach)
        for rule, pattern in self._rules:
            out, at = [], 0
            for start, end in wide if rule == "citation" else narrow:
                for found in pattern.finditer(text, start, end):
                    if self._is_name(found[0], rule) and not self._is_count(text, found, rule):
                        passed.append(Name(found.start(), found.end(), found[0], rule))
                        out += [text[at:found.start()], blank(found[0], FILLER)]
                        at = found.end()
            text = "".join([*out, text[at:]]) if out else text
        passed.sort(key=lambda name: name.start)
        return text, passed

    def _is_count(self, text: str, found: re.Match[str], rule: str) -> bool:
        """Whether another word beside it makes it one: table 3 million, in this case 3 of them.

        Nor is a line's own number a name by the word that ends the line before: … on Ubuntu ⏎ 2. Then ….
        """
        start, end = found.span()
        if _NEXT_ITEM.search(found[0]) or (_NEXT_LINE.search(found[0]) and (
                found[0].endswith(")") or text.startswith((".", ")"), end))):
            return True
        return (rule in _BY_A_WORD and self._counts(text, end)) or (
            rule == "section" and self._any.search(text, max(0, start - _SHORT), start) is not None
        )

    def _is_name(self, stretch: str, rule: str) -> bool:
        if rule == "version":
            return not _THREES.match(stretch)                     # 6.442.450.944 is grouped by points
        if rule == "section":
            return not _ALONE.match(stretch)                      # it references 34 papers; references 34 to 36
        if rule == "unit":
            return stretch[:-1].rstrip("⁻") not in self._symbols
        if rule == "identifier":
            if any(c.isnumeric() and not c.isdecimal() and not "₀" <= c <= "₉" for c in stretch):
                return False
            letters = None if stretch in _MACHINES else _LETTERS_DIGITS.match(stretch)
            return not (letters and (letters[1] in self._symbols or letters[1].lower() in self._nouns))
        return True


def _windows(text: str, digits: Iterable[tuple[int, int]], before: int) -> list[tuple[int, int]]:
    """Give the stretches around digits, in order and apart: no name that matters is elsewhere.

    A stretch ends between words, so that what is found doesn't depend on where it was cut.
    """
    windows: list[tuple[int, int]] = []
    for first, last in digits:
        start, end = max(0, first - before), last + _AFTER
        while end < len(text) and end < last + 4 * _AFTER and not text[end].isspace():
            end += 1
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    return windows
