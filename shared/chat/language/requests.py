"""Rules about what is asked for: what operators bind, things and competitors by name, events with their product."""

from __future__ import annotations

from shared.chat.language.chart import Rules

REQUESTS = Rules()
rule = REQUESTS.rule

_AND = "(,|and|, and|&|or|nor|as well as)"

rule("thing", "<own_product>")(lambda name: name)
rule("thing", "<category>")(lambda name: name)
rule("thing", "(<unknown>|<proper>)", weight=-2)(lambda words: words)
rule("competitors", "<competitor>")(lambda name: (name,))
rule("competitors", f"<competitors> {_AND} <competitor>")(
    lambda some, one: (*some, one) if one not in some else None
)
rule("competitors", "<competitors> 's")(lambda some: some)
rule("rival", "<competitors>")(lambda names: names)
rule("rival", "(<proper>|<unknown>) ['s]", weight=-2)(lambda name: (name,))
rule("rival", f"<rival> {_AND} <rival>")(lambda some, more: (*some, *more) if len(some) < 6 else None)
rule("things", "(<own_product>|<category>)")(lambda name: (name,))
rule("things", f"<things> {_AND} (<own_product>|<category>)")(lambda some, one: (*some, one))

# An operator binds to the phrase after it.
_ONLY = "(only|just) [for|on|at|from|in|about|of|with|watch|track|scan|check|cover|monitor|follow|look at]"
rule("limit", "<-without> [for|in|from|on|to|about] (<competitors>) ", weight=5)(
    lambda names: ("except", "competitor", names)
)
rule("limit", "<-without> [for|in|from|on|to|about|any] <things> [products|items|category]", weight=5)(
    lambda names: ("except", "product", names)
)
rule("limit", "<-without> [for|to|my|our|=the] <segment>", weight=5)(lambda name: ("except", "segment", (name,)))
rule("spared", "[=the|my|our] <playbook>")(lambda name: (name,))
rule("spared", f"<spared> {_AND} [=the|my|our] <playbook>")(lambda some, name: (*some, name))
rule("every_one", "(all|everything|all of them|them all)")(lambda: True)
rule(
    "limit",
    "<-every_one> but <spared>",
    "[<-every_one>] (except|except for|but not|besides|excluding|other than|apart from) <spared>",
    weight=8,
)(lambda names: ("except", "words", names))
rule("limit", "<-without> [for|at|in] <location>", weight=5)(lambda name: ("except", "location", (name,)))
rule("limit", "<-without> [for|to|tell|email|text] <people>", "do not (tell|email|text) <people>", weight=4)(
    lambda people: (
        ("except", "people", tuple(one.value or one.kind for one in people))
        if all(one.kind != "me" for one in people)
        else None
    )
)
rule("limit", "<-without> bother (me|us) with (<things>)", "<-without> (<unknown>|<proper>)", weight=4)(
    lambda words: (
        "except",
        "product" if isinstance(words, tuple) else "words",
        words if isinstance(words, tuple) else (words,),
    )
)
rule("some_of", "(some|several|few|most|couple|half|many) [of] [my|our|their]", weight=1)(lambda: True)
rule("limit", "<-some_of> (<-rivals>|<-role>|<-segment>|<-category>|products|items)", weight=6)(
    lambda: ("only", "words", ())
)
rule("rivals", "(competitor|competition|rival)")(lambda: True)
rule("limit", "do not bother (me|us) (with|about) <things>", weight=6)(lambda names: ("except", "product", names))
rule(
    "limit",
    f"{_ONLY} <things> [category|products|items]",
    "<things> only",
    "of <things> category",
    "(of|in|from) <things> category",
    weight=4,
)(lambda names: ("only", "product", names))
rule("limit", f"{_ONLY} <competitors>", "<competitors> only", weight=4)(lambda names: ("only", "competitor", names))
rule("limit", f"{_ONLY} <segment>", "(to|for) <segment>", "<segment> [ones] only", weight=4)(
    lambda name: ("only", "segment", (name,))
)
rule("limit", f"{_ONLY} <location>", "(for|at) <location> [only|store|shop]", weight=4)(
    lambda name: ("only", "location", (name,))
)
rule("no_channels", "<channel>")(lambda one: (one,))
rule("no_channels", "<no_channels> (or|nor) [a|an|by] <channel>")(lambda some, one: (*some, one))
rule(
    "dropped",
    "<-without> [by|via|on|more] <no_channels>",
    "(stop|quit) <no_channels> [me|us]",
    "turn off <no_channels>",
    "no more <no_channels>",
    "instead of <no_channels>",
    "no need (to|for) [a|an] <no_channels> [me|us|it]",
    "(i|we) do not (want|need|like|read|check|use|open|get) [a|an|any|my] <no_channels>",
    "(i|we) (can not|never) (read|check|use|open|get|see) [a|an|any|my] <no_channels>",
    weight=6,
)(lambda channels: channels)
rule("playbook", "(to|on|for|of|from|in) <playbook>", weight=3)(lambda name: name)
_OUT = "(from|off|off of|out|out of)"
_TAKE = "(take|remove|drop|leave|cut|kick|get|delete)"
rule("limit", f"{_TAKE} <competitors> {_OUT}", "(remove|drop|take off|take out) <competitors>", weight=7)(
    lambda names: ("except", "competitor", names)
)
rule("limit", f"{_TAKE} <things> {_OUT}", weight=7)(lambda names: ("except", "product", names))
rule("limit", f"{_TAKE} <people> {_OUT}", weight=7)(
    lambda people: ("except", "people", tuple(one.value or one.kind for one in people))
)
rule(
    "dropped",
    "(remove|drop|take off|lose|cut|turn off|kill) [my] <no_channels>",
    f"{_TAKE} <no_channels> {_OUT}",
    weight=7,
)(lambda channels: channels)
rule("switched", "from <channels> to <channels>", weight=5)(lambda old, new: (old, new))

rule(
    "quote",
    "(saying|say|telling them|tell them|that says|which says|with [the] (text|message|words)) [that] <quote>",
    weight=1,
)(lambda words: words)

# The product that a question of stock is about.
rule("of_thing", "(of|for|on|out of|low on) (<own_product>|<category>)", weight=1)(lambda name: name)
rule("of_thing", "(<own_product>|<category>)", weight=-1)(lambda name: name)

rule("event", "(on|when|if|upon|after) [event] <event_name>", weight=3)(lambda name: (name, "when"))

rule("negated", "(not|never) [want|need|to|ever|you|mean|ask|have|going|yet|actually] [you] [to] <verb>", weight=6)(
    lambda verb: verb if isinstance(verb, str) else verb[0]
)
rule("negated", "(no need|rather not|instead of) [to] <verb>", weight=6)(
    lambda verb: verb if isinstance(verb, str) else verb[0]
)
