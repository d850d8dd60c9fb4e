"""Cannabis advertising rules as patterns: what US adult-use states have in common.

They flag what a person should review. They are not legal advice and don't replace a licensee's own review.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Channel = Literal["email", "sms", "web", "social", "print", "dashboard"]

RuleId = Literal[
    "health_claim",
    "appeal_to_minors",
    "free_product",
    "age_gate",
    "potency_claim",
    "safety_claim",
    "overconsumption",
    "driving",
    "out_of_state",
    "sms_opt_out",
    "email_opt_out",
    "not_adult_use",
]

_ADULT_USE = "AK AZ CA CO CT DC DE IL MA MD ME MI MN MO MT NJ NM NV NY OH OR RI VA VT WA"
_OTHERS = "AL AR FL GA HI IA ID IN KS KY LA MS NC ND NE NH OK PA SC SD TN TX UT WI WV WY"
ADULT_USE_STATES = frozenset(_ADULT_USE.split())
"""States where adults may buy or possess cannabis without a patient card."""
STATES = ADULT_USE_STATES | frozenset(_OTHERS.split())

AGE_LINE = "For adults 21 and over."
SMS_ENDING = "21+. Reply STOP to opt out."
EMAIL_ENDING = f"{AGE_LINE} You get this because you shop with us; to unsubscribe, use the link below."

_CONDITION = (
    r"(?:pain|anxiety|stress|insomnia|depression|cancer|arthritis|ptsd|epilepsy|seizures?|nausea|migraines?|headaches?"
    r"|inflammation|adhd|diabetes|glaucoma|cramps|covid|sleep(?:lessness| problems| disorders?)?|chronic|symptoms?"
    r"|disease|illness|addiction|autism|alzheimer'?s)"
)
_HELPS = (
    r"(?:cures?|curing|treats?|treating|heals?|healing|reliev(?:es?|ing)|relief (?:from|of|for)|alleviat(?:es?|ing)"
    r"|eas(?:es|ing)|helps? (?:with|you|against|reduce)|fights?|reduc(?:es?|ing)|prevents?|remed(?:y|ies) for"
    r"|good for|beats?|kills?|stops?)"
)
_HEALTH = (
    rf"\b{_HELPS}\b[^.!?\n]{{0,40}}\b{_CONDITION}\b",
    rf"\b{_CONDITION}[\s-]+(?:relief|killer|remedy|reliever|treatment|cure|free)\b",
    r"\b(?:cures?|miracle|heal(?:s|ing)|therapeutic(?:ally)?|medicinal|anti-?inflammatory|health benefits?"
    r"|better than (?:pills|opioids|prescription)|doctor[- ](?:approved|recommended)|clinically proven"
    r"|fda[- ]approved|prescribed|medicine)\b",
    r"\bhelps? (?:you )?(?:to )?(?:sleep|relax your pain|heal|recover)\b",
)
_MINORS = (
    r"\b(?:kids?|child(?:ren|hood)?|teens?|teenagers?|minors?|toddlers?|underage|back[- ]to[- ]school|cartoons?"
    r"|superhero(?:es)?|toys?|lollipops?|playground|homework|santa|fairy ?tale|cand(?:y|ies))\b",
    r"\b(?:high|elementary|middle) school\b",
)
_FREE = (
    r"(?<![\w-])free\b(?!\s+(?:of|from|to)\b|-)",
    r"\b(?:freebies?|giveaways?|complimentary|no cost|on the house|zero dollars|gratis)\b",
    r"\b(?:bogo|b1g1|buy one,? get one|buy 1,? get 1|2[- ]for[- ]1|two[- ]for[- ]one)\b",
)
_POTENCY = (
    r"\b(?:strongest|most potent|highest[- ]thc|extremely potent|super potent|knocks? you out|maximum thc"
    r"|guaranteed (?:high|effects?)|couch[- ]lock)\b",
    r"\b(?:thc\W{0,3}(?:content|level)?\W{0,3}(?:of\s)?\d{2,3}(?:\.\d+)?\s?%"
    r"|\d{2,3}(?:\.\d+)?\s?%\s?(?:total )?thc)"
    r"(?![^.!?\n]{0,60}\b(?:lab|tested|label|coa|certificate)\b)",
)
_SAFETY = (
    r"\b(?:100% safe|completely safe|totally safe|perfectly safe|is safe|harmless|risk[- ]free|no side[- ]effects?"
    r"|non[- ]?addictive|not addictive|safer than|all natural so|no hangover)\b",
)
_OVER = (
    r"\b(?:get (?:so |really |super )?(?:wasted|stoned|baked|blazed|lit|faded|high)|stay high|all[- ]day high|binge"
    r"|non[- ]?stop smoking|as much as you (?:can|want)|smoke all day|until you drop)\b",
)
_DRIVING = (
    r"\b(?:high|stoned|smok\w+|vap\w+|edibles?|joint|blunt)\b[^.!?\n]{0,30}\b(?:while driving|behind the wheel"
    r"|on the drive|road trip|in your car|at work|boating)\b",
    r"\b(?:drive|driving) (?:high|stoned)\b",
)
_SHIPPING = (
    r"\b(?:we ship|ships?|shipping|shipped|mail(?:ed)?|deliver(?:y|ed|s)?)\b[^.!?\n]{0,40}"
    r"\b(?:nationwide|anywhere|all 50 states|across (?:the country|state lines|the us)|out[- ]of[- ]state"
    r"|every state|any state|coast to coast|worldwide|internationally|other states)\b",
    r"\b(?:usps|fedex|ups|we ship|in the mail|by mail|mail[- ]order)\b",
    r"\btake (?:it|some|them) (?:home )?(?:across|over) (?:the )?(?:state line|border)s?\b",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Forbidden wording (`patterns`) or required wording (`present`), on which channels, and how to fix it.

    `unless`: ignore a match that this pattern precedes.
    """

    id: RuleId
    suggestion: str
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: re.Pattern[str] | None = None
    present: re.Pattern[str] | None = None
    on: frozenset[Channel] | None = None

    def applies_to(self, channel: Channel | None) -> bool:
        """Whether the rule applies to the channel; without a channel, only general rules do."""
        return self.on is None or channel in self.on


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in patterns)


def _words(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


RULES: tuple[Rule, ...] = (
    Rule(
        "health_claim",
        "Remove the health claim. Describe aroma, flavor, format or price instead.",
        _compiled(_HEALTH),
        unless=_words(r"(?:not|no|never|without|isn't|do(?:es)? not)\b[^.!?\n]{0,40}$"),
    ),
    Rule(
        "appeal_to_minors",
        "Remove anything that appeals to or mentions minors. Name the product by its form (gummies, chocolates).",
        _compiled(_MINORS),
        unless=_words(
            r"(?:out of (?:the )?reach of|away from|not (?:for|intended for)|keep from|no|prohibited to)\s*$"
        ),
    ),
    Rule(
        "free_product",
        "Cannabis can't be given away. State the discount in percent or dollars, if your state allows discounts.",
        _compiled(_FREE),
        unless=_words(r"(?:toll|feel|gluten|sugar|smoke|hands|stress|vegan|dairy|pesticide)[\s-]*$"),
    ),
    Rule(
        "potency_claim",
        "Remove the strength claim, or quote the lab-tested figure from the label and say it's lab-tested.",
        _compiled(_POTENCY),
    ),
    Rule("safety_claim", "Remove the safety claim. No product may be called safe or harmless.", _compiled(_SAFETY)),
    Rule("overconsumption", "Don't encourage heavy use or mention getting high.", _compiled(_OVER)),
    Rule(
        "driving",
        "Don't connect use with driving or work.",
        _compiled(_DRIVING),
        unless=_words(r"(?:never|not|don't|do not)\b[^.!?\n]{0,30}$"),
    ),
    Rule(
        "out_of_state",
        "Cannabis can't leave the state. Offer pickup, or delivery within the state where it's licensed.",
        _compiled(_SHIPPING),
        unless=_words(r"(?:not|never|cannot|can't|don't)\s+(?:\w+\s+)?$"),
    ),
    Rule(
        "age_gate",
        f"Say who it's for, for example: {AGE_LINE}",
        present=_words(
            r"\b21\s*\+|\b21\s*(?:and|or|&)\s*(?:over|older|up)|\b(?:must be|adults?(?: aged?)?|ages?)\s*21\b"
        ),
        on=frozenset({"email", "sms", "web", "social", "print"}),
    ),
    Rule(
        "sms_opt_out",
        "Say how to opt out, for example: Reply STOP to opt out.",
        present=_words(r"\b(?:stop|unsubscribe|opt[- ]?out)\b"),
        on=frozenset({"sms"}),
    ),
    Rule(
        "email_opt_out",
        "Say how to stop these emails, for example: to unsubscribe, use the link below.",
        present=_words(r"\b(?:unsubscribe|opt[- ]?out|no longer (?:wish|want))"),
        on=frozenset({"email"}),
    ),
)
