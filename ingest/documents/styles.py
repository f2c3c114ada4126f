"""What a page's own style sheets keep out of sight."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SEEN_OR_NOT = re.compile(r"(?:^|[;\s])(display|visibility)\s*:\s*([a-z-]+)", re.IGNORECASE)
_MOST_RULES = 500
"""Rules on what is seen that are looked at; no page that people read has more."""


def hidden_by_style(tree: LexborHTMLParser) -> list[LexborNode]:
    """The elements that a rule of a `<style>` of the page hides, in the page's order.

    The last rule on an element counts, and its own `style` before any. Rules that hold only on a
    condition (`@media print`) or for a state (`:hover`) are passed over.

    Example:
        >>> page = "<style>.x{display:none}</style><p class=x>9</p><p>5</p>"
        >>> [node.text() for node in hidden_by_style(LexborHTMLParser(page))]
        ['9']
    """
    hidden: dict[int, LexborNode] = {}
    for selector, is_hidden in _rules(tree)[:_MOST_RULES]:
        try:
            found = tree.css(selector)
        except (SelectolaxError, ValueError):
            continue  # a browser passes over what it cannot read, too
        for node in found:
            own = _SEEN_OR_NOT.search(node.attributes.get("style") or "")
            if is_hidden and own is None:
                hidden[node.mem_id] = node
            else:
                hidden.pop(node.mem_id, None)
    return list(hidden.values())


def _rules(tree: LexborHTMLParser) -> list[tuple[str, bool]]:
    """The selectors of rules that hide or show, and which of the two they do."""
    found = []
    for style in tree.css("style"):
        for selectors, body in _RULE.findall(_unconditional(style.text())):
            said = _SEEN_OR_NOT.findall(body)
            if not said or re.search(r"[:@]", selectors):
                continue
            is_hidden = any(value.lower() in ("none", "hidden") for _, value in said)
            found += [(one.strip(), is_hidden) for one in selectors.split(",") if one.strip()]
    return found


def _unconditional(css: str) -> str:
    """A style sheet without comments and without what stands in blocks of @ rules."""
    kept, depth, at_rule = [], 0, False
    for part in re.split(r"([{}]|@[a-z-]+[^{};]*;?)", _COMMENT.sub("", css)):
        if part.startswith("@"):
            at_rule = at_rule or not part.endswith(";")
        elif not at_rule:
            kept.append(part)
        depth = max(0, depth + (part == "{") - (part == "}"))
        at_rule = at_rule and not (part == "}" and not depth)
    return "".join(kept)
