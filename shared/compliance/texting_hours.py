"""Texting hours: 8:00 to 21:00 where the customer lives, or to 20:00 if their state requires it.

Zones of US area codes come from Google's libphonenumber, with territories (Puerto Rico, Guam, the Virgin Islands,
the Marianas, Samoa). An area with several zones lists them all; toll-free and personal numbers have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

_AREAS_OF_ZONES: dict[tuple[str, ...], str] = {
    ("America/Adak", "America/Anchorage", "America/Juneau", "Pacific/Honolulu"): "907",
    ("America/Boise", "America/Denver", "America/Los_Angeles"): "208 775",
    ("America/Boise", "America/Los_Angeles"): "986",
    ("America/Chicago",): (
        "205 210 214 217 218 224 225 228 235 251 254 256 262 274 281 309 312 314 316 318 319 320 325 327 "
        "331 334 337 346 353 361 402 405 409 414 417 430 432 447 464 469 479 501 504 507 512 515 531 534 "
        "539 557 563 572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 682 689 708 712 713 "
        "715 726 730 731 737 763 769 773 779 806 815 816 817 830 832 847 870 872 901 903 913 918 920 931 "
        "936 938 940 945 952 956 972 975 979 985"
    ),
    ("America/Chicago", "America/Denver"): "308 620 785",
    ("America/Chicago", "America/Denver", "America/North_Dakota/Center"): "605 701",
    ("America/Chicago", "America/New_York"): "219 270 423 574 606 812 850 906",
    ("America/Denver",): "303 307 385 406 435 505 575 719 720 748 801 915 970 983",
    ("America/Denver", "America/Los_Angeles"): "541",
    ("America/Denver", "America/Phoenix"): "928",
    ("America/Los_Angeles",): (
        "206 209 213 253 279 310 323 341 350 360 369 408 415 424 425 442 458 503 509 510 530 559 562 564 "
        "619 626 628 650 657 661 669 702 707 714 725 738 747 760 805 818 820 831 840 858 909 916 925 949 "
        "951 971"
    ),
    ("America/New_York",): (
        "201 202 203 207 212 215 216 220 223 227 229 231 234 239 240 248 252 260 267 269 272 276 283 301 "
        "302 304 305 313 315 317 321 324 326 329 330 332 336 339 347 351 352 363 364 380 386 401 404 407 "
        "410 412 413 419 434 440 443 445 448 463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 "
        "567 570 571 582 585 586 603 607 609 610 614 616 617 631 640 645 646 656 667 678 680 681 686 703 "
        "704 706 716 717 718 724 727 728 732 734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 "
        "804 810 813 814 821 826 828 835 838 839 843 845 848 854 856 857 859 860 862 863 864 865 878 904 "
        "908 910 912 914 917 919 929 930 934 937 941 943 947 948 954 959 973 978 980 984 989"
    ),
    ("America/Phoenix",): "480 520 602 623",
    ("America/Puerto_Rico",): "340 787 939",
    ("Pacific/Guam",): "670 671",
    ("Pacific/Honolulu",): "808",
    ("Pacific/Pago_Pago",): "684",
}
_AREAS_OF_STATES = {
    "FL": "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
    "OK": "405 539 572 580 918",
    "WA": "206 253 360 425 509 564",
}
_ZONES_OF_AREA = {area: zones for zones, areas in _AREAS_OF_ZONES.items() for area in areas.split()}
_STATE_OF_AREA = {area: state for state, areas in _AREAS_OF_STATES.items() for area in areas.split()}
OPENS = time(8)
CLOSES = time(21)
CLOSES_IN: Mapping[str, time] = MappingProxyType({"FL": time(20), "OK": time(20), "WA": time(20)})
HANDED_OVER_WITHIN = timedelta(minutes=5)
"""The longest time from deciding on a text to handing it over."""
_ROUNDS = 4
"""An area's zones are a few hours apart, so few rounds are enough."""


def zones_of(phone: str) -> tuple[str, ...]:
    """The IANA zones where the owner of the E.164 number may live; empty if the area code doesn't tell."""
    return _ZONES_OF_AREA.get(_area(phone), ())


def strict_state_of(phone: str) -> str | None:
    """The number's state, if that state has its own texting hours."""
    return _STATE_OF_AREA.get(_area(phone))


def _area(phone: str) -> str:
    return phone[2:5] if phone.startswith("+1") else ""


def zones_for(phone: str, org_zone: str) -> tuple[str, ...]:
    """The zones of the E.164 number's area code, otherwise the org's."""
    return zones_of(phone) or (org_zone,)


def quiet_until(phone: str, org_zone: str, now: datetime) -> datetime | None:
    """When (UTC) the number may next be texted; None if now.

    If the area has several zones, it must be daytime in all of them.
    """
    closes = CLOSES_IN.get(strict_state_of(phone) or "", CLOSES)
    zones = [ZoneInfo(name) for name in zones_for(phone, org_zone)]
    at = now
    for _ in range(_ROUNDS * len(zones)):
        later = [opening for zone in zones if (opening := _next_opening(at, zone, closes)) is not None]
        if not later:
            break
        at = max(later)
    return None if at == now else at.astimezone(UTC)


def waits_until(phone: str, org_zone: str, now: datetime) -> datetime | None:
    """When a text decided on now may be sent; None if now.

    Shortly before closing it waits until morning, because it might arrive too late.
    """
    return quiet_until(phone, org_zone, now) or quiet_until(phone, org_zone, now + HANDED_OVER_WITHIN)


def _next_opening(at: datetime, zone: ZoneInfo, closes: time) -> datetime | None:
    local = at.astimezone(zone)
    if OPENS <= local.time() < closes:
        return None
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, zone).astimezone(UTC)
