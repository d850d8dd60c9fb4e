"""What a sentence is about, by the words that shop people use for it."""

from __future__ import annotations

import re

from shared.chat.grammar.normalise import NAME
from shared.chat.understanding import Topic

_RIVAL = rf"(?:competit\w*|rivals?|other (?:stores|shops|dispensaries)|the competition|(?<!{NAME}){NAME}++)"
_OURS = r"(?:our|my|the|us)"

_MOVING = (
    rf"{_RIVAL}(?:'s?)? (?:\w+ )?(?:price|menu|pricing) (?:changes?|moves?|drops?|cuts?|increases?|hikes?)\b"
    rf"|\b(?:price|pricing) (?:changes?|moves?|drops?|cuts?) (?:of|at|by|from|among) (?:\w+ ){{0,3}}{_RIVAL}"
    rf"|\bchanges? (?:in|to|of) (?:\w+ ){{0,2}}{_RIVAL}(?:'s?)? pric\w+"
)
_MOVES = re.compile(_MOVING)
_AGAINST_OURS = re.compile(r"\bundercut|\bcheaper\b|\bour (?:own )?prices\b|\bprice gap\b|\bcompare\b|\bbeat")
_WORDS: tuple[tuple[Topic, str], ...] = (
    (Topic.REMINDER, r"\bremind(?:er)?s?\b"),
    (Topic.COMPETITOR_CHANGES, _MOVING),
    (
        Topic.PRICE_WATCH,
        rf"\bundercut\w*|\bprice gap|\bprice (?:alert|watch|check|comparison|monitor\w*|track\w*)s?\b"
        rf"|{_RIVAL}(?:'s?)?(?: (?:menu|current|shelf|flower))? (?:prices?|pricing)\b|\b(?:prices?"
        rf"|pricing) (?:of|at|from|against|versus|vs) (?:\w+ ){{0,4}}{_RIVAL}"
        r"|\bcompare (?:our |my )?(?:prices|pricing|us|ourselves)\b"
        rf"|{_RIVAL}[^.;!?]{{0,40}}\b(?:cheaper|lower than (?:us|ours)|beats? (?:us|our))"
        r"|\b(?:cheaper than (?:us|ours?|we)|beat(?:s|ing)? our prices?)"
        rf"|\b(?:pric(?:e|es|ing))\b[^.;!?]{{0,30}}{_RIVAL}|\b(?:track|watch|monitor|compare) (?:the "
        r"|their |all |menu )*prices\b",
    ),
    (
        Topic.COMPETITIVE_ACTIONS,
        r"\bcompetitive actions?\b|\bcounter[ -]?campaigns?\b|\b(?:pricing|price) (?:suggestions?"
        r"|adjustments?|recommendations?)\b|\bsuggest (?:\w+ )?(?:price|pricing)\b"
        rf"|\b(?:respond|react|act) (?:to|on) (?:what )?(?:\w+ ){{0,3}}{_RIVAL}|\bmatch (?:their"
        rf"|{_RIVAL}(?:'s?)?) prices?\b",
    ),
    (
        Topic.COMPETITOR_CHANGES,
        r"\bmenu shake-?ups?\b|\bwhat(?:'s|s| has)? (?:changed|new|different) (?:on|at|in"
        rf"|with) (?:\w+ ){{0,3}}(?:{_RIVAL}|their)"
        rf"|(?:{_RIVAL}|their)(?:'s?)? (?:menu )?changes\b|\bchanges? (?:on|to|in"
        rf"|at) (?:\w+ ){{0,3}}(?:{_RIVAL}|their)(?:'s?)? ?(?:menus?)?|{_RIVAL}(?:'s?)? menus?\b"
        r"|\bmenu changes\b",
    ),
    (
        Topic.COMPETITOR_REPORT,
        r"\b(?:competit\w+|rivals?) (?:\w+ )?(?:reports?|intel(?:ligence)?|analysis|digest|briefing"
        r"|overview|summary|scans?|update|research|landscape)\b|\breports? (?:on"
        rf"|about) (?:\w+ ){{0,4}}{_RIVAL}"
        rf"|\bscan (?:\w+ ){{0,4}}{_RIVAL}|\b{_RIVAL} (?:are|is) (?:up to|doing)"
        r"|\bcompetitive (?:intel|report|analysis)"
        r"|\b(?:track|watch|monitor|follow|check(?: on)?|keep (?:an )?eye on"
        rf"|spy on) (?:\w+ ){{0,4}}{_RIVAL}(?!\w|(?:'s?)? (?:menu|price|pricing))",
    ),
    (
        Topic.REORDER_PLAN,
        r"\bre-?order(?:s|ing)?\b(?! point)|\bwhat (?:to|should (?:we|i)|we (?:should"
        r"|need to)) (?:order|buy|restock)\b|\bpurchase orders?\b|\b(?:order|restock|buying) (?:list"
        r"|plan)s?\b",
    ),
    (
        Topic.SLOW_MOVERS,
        r"\bslow[ -]?mov\w+|\bdead stock\b|\b(?:isn't|aren't|not|doesn't|don't) (?:selling|moving"
        r"|sell|move)\b|\b(?:gathering|collecting) dust\b|\bsitting on the shel\w+|\bslowest sell\w+"
        r"|\bstale (?:stock|inventory)",
    ),
    (Topic.OUT_OF_STOCK, r"\bout[ -]of[ -]stock\b|\bstock-?outs?\b|\bsold out\b|\bsells? out\b|\bran out\b"),
    (Topic.RESTOCKED, r"\bback in stock\b|\brestocked\b"),
    (
        Topic.LOW_STOCK,
        r"\blow[ -](?:on[ -])?(?:stock|inventory)\b|\b(?:stock|inventory) (?:alert|check|level"
        r"|report|warning)s?\b|\brun(?:ning|s)? low\b|\blow on\b|\bwhat's (?:\w+ )?low\b|\b(?:stock"
        r"|inventory)\b[^.;,!?]{0,80}\b(?:is|gets|runs|that's|running) (?:running )?low\b",
    ),
    (
        Topic.LOCATION_ROLLUP,
        r"\b(?:location|store|shop)s? (?:roll-?ups?|comparison|breakdown)\b|\broll-?up\b|\b(?:across"
        r"|of|for|from) all (?:of )?(?:our |my |the )?(?:stores|locations|shops|sites)\b"
        r"|\bby (?:location|store)\b|\bcompare (?:our |my |the )?(?:stores|locations|shops)\b"
        r"|\b(?:all|each of) our (?:stores|locations)\b",
    ),
    (
        Topic.CAMPAIGN_ROI,
        r"\bcampaigns?(?:'s?)? (?:roi|performance|results?|return|report|numbers)\b|\broi\b"
        r"|\bhow (?:well )?(?:are |did )?(?:our |the |my )?campaigns (?:are |did |do|perform)\w*"
        r"|\bcampaigns (?:are|have been) (?:doing|performing)|\breturn on (?:our )?(?:campaigns?"
        r"|marketing)",
    ),
    (
        Topic.CAMPAIGN_DRAFT,
        r"\b(?:draft|write|prepare|create|plan|make|design|come up with|build) (?:me |us )?(?:an?"
        r"|the|our|some|new|up)?(?: up)?(?: an?)? ?(?:\w+ ){0,3}(?:(?:campaigns?|promos?|promotions?"
        r"|newsletters?|blasts?|flyers?)\b|(?:email|sms|texts?)\b(?! (?:when|if|alert|every|each"
        r"|me)))|\b(?:email|sms|text) (?:campaign|blast)s?\b|\bcampaign drafts?\b|\bnewsletter\b",
    ),
    (
        Topic.DEMAND_FORECAST,
        r"\bforecast\w*|\bpredict\w*|\bproject(?:ed|ions?)\b|\bhow much (?:\w+ ){0,2}(?:will|we'll"
        r"|are we going to) (?:sell|need)\b|\bexpected demand\b",
    ),
    (
        Topic.MENU_HEALTH,
        r"\bmenu (?:health|check|audit|scan|quality)\b|\b(?:check|scan|audit|review"
        r"|look over) (?:our|my|the) (?:\w+ )?menu\b|\bmissing (?:photos?|images?|pictures?"
        r"|descriptions?|prices?|thc)\b|\bhealth of (?:our|my|the) menu\b",
    ),
    (Topic.NEW_PRODUCTS, r"\bnew (?:products?|arrivals?|items|strains|skus?)\b"),
    (
        Topic.VIP_CUSTOMERS,
        r"\bvips?\b|\b(?:best|top|biggest|most valuable|highest spending) (?:\d+ )?(?:customers?"
        r"|spenders?|clients?|shoppers?)\b|\b\d+ (?:best|biggest|top) (?:customers?|spenders?)\b"
        r"|\bcustomers? who spen[dt]\b",
    ),
    (
        Topic.WIN_BACK,
        r"\bwin[ -]?backs?\b|\bwin (?:\w+ ){0,3}back\b|\b(?:inactive|lapsed|lost|sleeping|dormant"
        r"|at[ -]risk) (?:customers?|members?|clients?|shoppers?)\b|\bstopped (?:coming|buying"
        r"|shopping)\b|\bha(?:s|ve)n't (?:bought|ordered|shopped|visited|been in|come|purchased)\b",
    ),
    (Topic.BIRTHDAYS, r"\bbirthdays?\b|\bb-?days?\b"),
    (Topic.LOYALTY_HEALTH, r"\bloyalty\b|\b(?:points|rewards?) (?:program|scheme|liability|balance)\w*"),
    (Topic.CUSTOMER_SEGMENTS, r"\bsegment(?:s|ation)?\b|\bcustomer groups?\b|\bgroups of customers\b"),
    (Topic.WELCOME, r"\bwelcom\w+|\bonboarding (?:email|text|message)"),
    (
        Topic.THANK_YOU,
        r"\bthank[ -]?you (?:note|message|email|text|card|sms)s?\b|\bthank (?:them|him|her|(?:the "
        r"|each |every |our )?(?:customer|buyer|shopper)s?)\b|\bsay thanks\b"
        r"|\bsend (?:\w+ ){0,3}(?:thank[ -]?you|thanks)\b|\bpost[ -]purchase\b",
    ),
    (Topic.OUR_PRICE_CHANGED, r"\bour (?:own )?price changes?\b|\bour prices? (?:change|changed|changes)\b"),
    (Topic.COMPLIANCE_CHECK, r"\bcomplian\w+|\bregulat(?:ions?|ory)\b|\blicen[cs]e (?:expir\w+|check|renewal)"),
    (
        Topic.USAGE,
        r"\b(?:our|my|the|plan|email|sms|text|ai|account) (?:usage|quota|allowance)\b"
        r"|\busage (?:report|alert|summary|numbers?)\b|\bplan limits?\b|\bhow (?:many"
        r"|much) (?:\w+ ){1,3}(?:we have left|is left on our plan|we(?:'ve| have) used)\b",
    ),
    (
        Topic.SALES_SUMMARY,
        r"\b(?:sales|revenue|takings|turnover)\b|\bhow (?:much|many|well) (?:\w+ ){0,2}(?:we |i "
        r"|did we )?(?:sold|made|sell|make|took in|did)\b|\bwhat (?:we |did we )?(?:sold|sell)\b"
        r"|\bhow (?:did we|are we|did the (?:shop|store)) (?:do|doing)\b|\b(?:best"
        r"|top) ?-?(?:\d+ )?sell(?:er|ing)\w*|\bhow (?:the )?(?:day|week|month) went\b"
        r"|\bsales summary\b",
    ),
)
_PATTERNS = tuple((topic, re.compile(words)) for topic, words in _WORDS)

_STRONGER: dict[Topic, frozenset[Topic]] = {
    Topic.REMINDER: frozenset(Topic) - {Topic.REMINDER},
    Topic.PRICE_WATCH: frozenset({Topic.COMPETITOR_REPORT, Topic.COMPETITOR_CHANGES, Topic.OUR_PRICE_CHANGED}),
    Topic.COMPETITIVE_ACTIONS: frozenset({Topic.PRICE_WATCH, Topic.COMPETITOR_REPORT, Topic.CAMPAIGN_DRAFT}),
    Topic.COMPETITOR_CHANGES: frozenset({Topic.COMPETITOR_REPORT, Topic.NEW_PRODUCTS}),
    Topic.REORDER_PLAN: frozenset({Topic.LOW_STOCK, Topic.DEMAND_FORECAST}),
    Topic.SLOW_MOVERS: frozenset({Topic.LOW_STOCK, Topic.SALES_SUMMARY}),
    Topic.LOCATION_ROLLUP: frozenset({Topic.SALES_SUMMARY}),
    Topic.DEMAND_FORECAST: frozenset({Topic.SALES_SUMMARY}),
    Topic.CAMPAIGN_ROI: frozenset({Topic.SALES_SUMMARY, Topic.CAMPAIGN_DRAFT}),
    Topic.CAMPAIGN_DRAFT: frozenset(
        {
            Topic.VIP_CUSTOMERS,
            Topic.CUSTOMER_SEGMENTS,
            Topic.SLOW_MOVERS,
            Topic.NEW_PRODUCTS,
            Topic.LOYALTY_HEALTH,
            Topic.SALES_SUMMARY,
        }
    ),
    Topic.BIRTHDAYS: frozenset({Topic.CAMPAIGN_DRAFT, Topic.LOYALTY_HEALTH, Topic.VIP_CUSTOMERS}),
    Topic.WIN_BACK: frozenset({Topic.CAMPAIGN_DRAFT, Topic.VIP_CUSTOMERS, Topic.CUSTOMER_SEGMENTS}),
    Topic.VIP_CUSTOMERS: frozenset({Topic.SALES_SUMMARY, Topic.CUSTOMER_SEGMENTS}),
    Topic.WELCOME: frozenset({Topic.CAMPAIGN_DRAFT, Topic.LOYALTY_HEALTH}),
    Topic.THANK_YOU: frozenset({Topic.SALES_SUMMARY, Topic.CAMPAIGN_DRAFT, Topic.LOYALTY_HEALTH}),
    Topic.COMPLIANCE_CHECK: frozenset({Topic.CAMPAIGN_DRAFT}),
    Topic.OUT_OF_STOCK: frozenset({Topic.LOW_STOCK}),
    Topic.MENU_HEALTH: frozenset({Topic.OUR_PRICE_CHANGED}),
    Topic.USAGE: frozenset({Topic.SALES_SUMMARY}),
}
"""Which topics are only the wording of a more telling one: "draft a campaign for our VIPs"."""

NAMES: dict[Topic, str] = {topic: topic.value.replace("_", " ") for topic in Topic}


def find_topics(low: str) -> list[Topic]:
    """The topics of a normalised text, in the order of their words; those that only word another are left out."""
    places: dict[Topic, int] = {}
    for topic, pattern in _PATTERNS:
        if (match := pattern.search(low)) is not None:
            places.setdefault(topic, match.start())
    if _MOVES.search(low) and not _AGAINST_OURS.search(low):
        # "Price changes" of a competitor are what it does to its own prices, not how they compare with ours.
        places.pop(Topic.PRICE_WATCH, None)
    return strongest(sorted(places, key=places.__getitem__))


def strongest(topics: list[Topic]) -> list[Topic]:
    """The topics without those that another of them covers."""
    covered = {weak for topic in topics for weak in _STRONGER.get(topic, frozenset())}
    return [topic for topic in dict.fromkeys(topics) if topic not in covered]
