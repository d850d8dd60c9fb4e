"""Rules of cannabis advertising that words alone can break, as patterns; what US adult-use states have in common.

They name what a person should look at. They are no legal advice and do not replace a licensee's own review.
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
"""Where adults may buy or hold cannabis without a patient's card."""
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
    """What must not be said (`patterns`), or must be (`present`), on which channels, and what to do about it.

    `unless`: a hit within these words (the text around it) is none.
    """

    id: RuleId
    suggestion: str
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: re.Pattern[str] | None = None
    present: re.Pattern[str] | None = None
    on: frozenset[Channel] | None = None

    def applies_to(self, channel: Channel | None) -> bool:
        """Whether the rule counts for a text on that channel; without a channel those for all channels do."""
        return self.on is None or channel in self.on


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in patterns)


def _words(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


RULES: tuple[Rule, ...] = (
    Rule(
        "health_claim",
        "Take the health claim out: describe aroma, flavour, format or price instead.",
        _compiled(_HEALTH),
        unless=_words(r"(?:not|no|never|without|isn't|do(?:es)? not)\b[^.!?\n]{0,40}$"),
    ),
    Rule(
        "appeal_to_minors",
        "Take out what appeals to or speaks of minors; name the product by its form (gummies, chocolates).",
        _compiled(_MINORS),
        unless=_words(
            r"(?:out of (?:the )?reach of|away from|not (?:for|intended for)|keep from|no|prohibited to)\s*$"
        ),
    ),
    Rule(
        "free_product",
        "Cannabis may not be given away: name the discount in percent or dollars, where your state allows one.",
        _compiled(_FREE),
        unless=_words(r"(?:toll|feel|gluten|sugar|smoke|hands|stress|vegan|dairy|pesticide)[\s-]*$"),
    ),
    Rule(
        "potency_claim",
        "Take the strength claim out, or give the lab-tested figure of the label with the word lab-tested.",
        _compiled(_POTENCY),
    ),
    Rule(
        "safety_claim", "Take the safety claim out: no product may be called safe or harmless.", _compiled(_SAFETY)
    ),
    Rule("overconsumption", "Do not invite people to consume much, or speak of getting high.", _compiled(_OVER)),
    Rule(
        "driving",
        "Do not connect consumption with driving or work.",
        _compiled(_DRIVING),
        unless=_words(r"(?:never|not|don't|do not)\b[^.!?\n]{0,30}$"),
    ),
    Rule(
        "out_of_state",
        "Cannabis may not leave the state: offer pickup, or delivery within the state where it is licensed.",
        _compiled(_SHIPPING),
        unless=_words(r"(?:not|never|cannot|can't|don't)\s+(?:\w+\s+)?$"),
    ),
    Rule(
        "age_gate",
        f"Say who it is for, for example: {AGE_LINE}",
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
