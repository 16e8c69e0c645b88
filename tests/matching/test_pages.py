from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from matching.models import Feedback, Match
from matching.pair_reasons import pair_reasons
from matching.rebuilding import rebuild_now
from portal.accounts.models import User
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Major, Skill
from tests.matching import world

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
BUDGET = 12


@pytest.fixture
def market() -> dict[str, Organization]:
    """Two schools that fit one firm more and less, one that does not, and a firm that a school keens for."""
    world.lay_catalogue()
    found = {
        "best": world.school("昭通职院", "510205", 90, skills=("Python程序设计",)),
        "near": world.school("软件学院", "510203", 100, skills=("数据可视化",)),
        "stranger": world.school("机械学院", "460104", 90),
        "firm": world.enterprise("长盈"),
        "rival": world.enterprise("对手"),
    }
    world.demand(found["firm"], "510205", skills=("Python程序设计", "数据可视化"))
    world.demand(found["rival"], "510205", "510203", headcount=40)
    rebuild_now()
    return found


def client_of(organization: Organization, role: str = "hr") -> Client:
    client = Client()
    client.force_login(world.member(organization, role))
    return client


def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin@portal.test", "x"))
    return client


def page(client: Client, name: str, *args: int, status: int = 200, query: str = "", **extra: object) -> str:
    answer = client.get(reverse(f"matching:{name}", args=args) + query, **extra)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def in_order(text: str, *names: str) -> bool:
    places = [text.find(name) for name in names]
    return -1 not in places and places == sorted(places)


def test_partners_of_an_enterprise_are_its_stored_list_best_first(market):
    text = page(client_of(market["firm"]), "partners", market["firm"].pk)

    assert in_order(text, "昭通职院", "软件学院")
    assert "机械学院" not in text


def test_partners_of_a_school_are_enterprises_in_both_views(market):
    client = client_of(market["best"], "school_office")

    own, keen = (page(client, "partners", market["best"].pk, query=query) for query in ("", "?view=keen"))

    assert ("长盈" in own, "对手" in own, "长盈" in keen, "对手" in keen) == (True, True, True, True)


def test_partners_say_what_meets_and_what_is_missing(market):
    query = f"?with={market['best'].pk}&with={market['near'].pk}&with={market['stranger'].pk}"

    text = page(client_of(market["firm"]), "meets", market["firm"].pk, query=query, headers=PART)

    best, near = text.split(f'id="meets-{market["near"].pk}"')
    assert in_order(best, "chip-met", "大数据技术", "Python程序设计", "chip-missing", "数据可视化")
    assert in_order(near, "chip-near", "大数据技术 ← 软件技术")


def test_partners_of_others_are_not_found(market):
    page(client_of(market["rival"]), "partners", market["firm"].pk, status=404)
    page(client_of(market["firm"]), "partners", market["firm"].pk)


def test_a_filter_looks_through_the_whole_market(market):
    client = client_of(market["firm"])

    found = {
        query: [
            name
            for name in ("昭通职院", "软件学院")
            if name in page(client, "partners", market["firm"].pk, query=query)
        ]
        for query in (
            "?major=510203",
            "?major=510203&whole_class=on",
            "?skill=Python程序设计",
            "?region=530000",
            "?region=440000",
            "?level=junior_college",
            "?level=secondary",
            "?already=yes",
            "?already=no",
        )
    }

    both = ["昭通职院", "软件学院"]
    assert list(found.values()) == [both[1:], both, both[:1], both, [], both, [], [], both]


def test_a_school_filters_by_what_is_asked_for(market):
    client = client_of(market["best"], "school_office")
    kind = CooperationKind.objects.create(code="order", name="订单班", name_en="Order class", position=0)
    TalentDemand.objects.get(enterprise=market["firm"]).cooperation_kinds.add(kind)
    market["rival"].enterprise.scale = "large"
    market["rival"].enterprise.save(update_fields=["scale"])

    found = [
        [name for name in ("长盈", "对手") if name in page(client, "partners", market["best"].pk, query=query)]
        for query in ("?major=510203", "?skill=数据可视化", "?cooperation=order", "?size=large", "?size=micro")
    ]

    assert found == [["对手"], ["长盈"], ["长盈"], ["对手"], []]


def test_a_filter_with_nonsense_shows_its_error_and_no_list(market):
    client = client_of(market["firm"])
    text = page(client, "partners", market["firm"].pk, query="?region=nowhere&level=x")

    assert (text.count("field-invalid"), "昭通职院" in text) == (2, False)
    assert "昭通职院" in page(client, "partners", market["firm"].pk, query="?region=530000")


def test_a_hidden_partner_leaves_the_own_list_only(market):
    client = client_of(market["firm"])

    page_of_reasons = client.post(reverse("matching:hide", args=[market["firm"].pk, market["best"].pk]), {})
    assert (page_of_reasons.status_code, Feedback.objects.count()) == (200, 0)
    client.post(
        reverse("matching:hide", args=[market["firm"].pk, market["best"].pk]), {"reason": "too_far", "note": "远"}
    )

    listed = '<li class="card match-card">'
    text = page(client, "partners", market["firm"].pk).split(listed)
    assert ["昭通职院" in line for line in text[1:]] == [False]
    assert "长盈" in page(client_of(market["best"], "school_office"), "partners", market["best"].pk)
    assert in_order(page(client, "hidden", market["firm"].pk), "昭通职院", "远")


def test_a_hidden_partner_can_be_shown_again(market):
    client = client_of(market["firm"])
    client.post(reverse("matching:hide", args=[market["firm"].pk, market["best"].pk]), {"reason": "other"})

    client.post(reverse("matching:take_back", args=[market["firm"].pk, market["best"].pk]), {"kind": "hidden"})

    assert in_order(page(client, "partners", market["firm"].pk), "昭通职院", "软件学院")


def test_a_hidden_partner_that_was_suspended_can_be_shown_again(market):
    client, ends = client_of(market["firm"]), (market["firm"].pk, market["best"].pk)
    client.post(reverse("matching:hide", args=ends), {"reason": "other"})
    Organization.objects.filter(pk=market["best"].pk).update(status="suspended")
    address, kind = reverse("matching:take_back", args=ends), {"kind": "hidden"}

    assert (client.post(address, kind).status_code, Feedback.objects.count()) == (302, 0)
    assert client.post(address, kind).status_code == 404


def test_interest_is_marked_and_taken_back_by_one_button(market):
    client = client_of(market["firm"])
    marked, undone = (
        client.post(
            reverse(f"matching:{name}", args=[market["firm"].pk, market["best"].pk]),
            {"kind": "interested"},
            headers=PART,
        )
        for name in ("interested", "take_back")
    )

    assert ('aria-pressed="true"' in marked.content.decode(), 'aria-pressed="false"' in undone.content.decode()) == (
        True,
        True,
    )
    assert Feedback.objects.count() == 0


def test_a_reader_sees_the_list_and_may_say_nothing(market):
    client = client_of(market["firm"], "reader")

    shown, may = "昭通职院", "aria-pressed"
    texts = [page(one, "partners", market["firm"].pk) for one in (client, staff())]
    assert [(shown in text, may in text) for text in texts] == [(True, False), (True, True)]
    answer = client.post(reverse("matching:interested", args=[market["firm"].pk, market["best"].pk]))
    assert (answer.status_code, Feedback.objects.count()) == (404, 0)


def test_the_file_holds_the_list_and_no_formula(market):
    Organization.objects.filter(pk=market["near"].pk).update(legal_name="=HYPERLINK(1)")

    answer = client_of(market["firm"]).get(reverse("matching:download", args=[market["firm"].pk]))

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["昭通职院", "'=HYPERLINK(1)"]
    assert "大数据技术" in lines[1]


def test_three_partners_are_compared_side_by_side(market):
    query = f"?with={market['best'].pk}&with={market['near'].pk}&with={market['stranger'].pk}&with=x"
    client = client_of(market["firm"])

    shell = page(client, "compare", market["firm"].pk, query=query)
    text = page(client, "compare", market["firm"].pk, query=query, headers=PART)

    assert "hx-get" in shell
    assert text.count("compare-one") == 3
    assert in_order(text, "昭通职院", "软件学院", "机械学院")


def test_a_pair_is_explained_by_bars_that_add_up(market):
    client = client_of(market["firm"])
    args = (market["firm"].pk, market["best"].pk)

    head, part = page(client, "pair", *args), page(client, "pair", *args, headers=PART)

    assert "昭通职院" in head
    assert in_order(part, "数据标注员", "大数据技术", "Python程序设计")
    found = pair_reasons(enterprise=args[0], school=args[1])
    bars = [bar.percent for demand in found.demands for bar in demand.reasons.bars]
    assert len(bars) == 2
    assert sum(bars) == pytest.approx(found.coverage_percent, abs=0.5 + 0.05 * len(bars))


def test_a_pair_is_seen_by_its_two_sides_and_no_longer_when_the_demand_is_gone(market):
    args = (market["firm"].pk, market["best"].pk)
    page(client_of(market["rival"]), "pair", *args, status=404)
    school = client_of(market["best"], "school_office")
    page(school, "pair", *args)

    TalentDemand.objects.filter(enterprise=market["firm"]).update(status=DemandStatus.WITHDRAWN)

    page(school, "pair", *args, status=404)


def test_advice_to_a_school_names_the_skill_that_it_lacks(market):
    client = client_of(market["near"], "school_office")

    text = page(client, "advice", market["firm"].pk, market["near"].pk)

    assert in_order(text, "2所", "大数据技术", "第2名 →", "第1名")


def test_advice_to_a_school_stays_at_its_levels(market):
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    wanted.majors.set(["510205", "710205"])
    client = client_of(market["near"], "school_office")

    text = page(client, "advice", market["firm"].pk, market["near"].pk)

    assert "大数据技术" in text
    assert "大数据技术应用" not in text


def test_advice_to_an_enterprise_names_what_it_could_ask_otherwise(market):
    text = page(client_of(market["firm"]), "advice", market["firm"].pk, market["near"].pk)

    assert "Python程序设计" in text


def test_a_demands_schools_are_ranked_as_it_is_now(market):
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    client = client_of(market["firm"])
    assert in_order(page(client, "for_demand", wanted.pk, headers=PART), "昭通职院", "软件学院")

    wanted.majors.set(["510203"])

    assert in_order(page(client, "for_demand", wanted.pk, headers=PART), "软件学院", "昭通职院")


def test_a_demands_schools_are_seen_by_its_enterprise_and_each_school_sees_itself(market):
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    seen = {
        name: [
            other for other in ("昭通职院", "软件学院") if other in page(client, "for_demand", wanted.pk, headers=PART)
        ]
        for name, client in (
            ("firm", client_of(market["firm"])),
            ("rival", client_of(market["rival"])),
            ("near", client_of(market["near"], "school_office")),
        )
    }

    assert seen == {"firm": ["昭通职院", "软件学院"], "rival": [], "near": ["软件学院"]}


def test_a_school_that_does_not_fit_a_demand_is_told_so_and_not_that_nobody_does(market):
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    wanted.skills.clear()

    texts = [
        page(client_of(market[name], "school_office"), "for_demand", wanted.pk, headers=PART)
        for name in ("stranger", "best")
    ]

    assert [gettext("No school of yours fits this demand") in text for text in texts] == [True, False]
    assert gettext("No school matches yet") not in texts[0]


def test_before_the_first_ranking_the_pages_say_so_and_ask_again():
    world.lay_catalogue()
    firm, one = world.enterprise("长盈"), world.school("昭通职院", "510205", 90)
    wanted = world.demand(firm, "510205")
    client = client_of(firm)

    texts = [
        page(client, "partners", firm.pk),
        page(client, "partners", firm.pk, query="?text=昭通"),
        page(client, "for_demand", wanted.pk, headers=PART),
    ]

    assert [text.count("delay:2s") for text in texts] == [1, 1, 1]
    page(client, "pair", firm.pk, one.pk)
    page(client, "advice", firm.pk, one.pk)
    page(client, "compare", firm.pk, query=f"?with={one.pk}", headers=PART)


def test_a_suspended_school_vanishes_from_every_list_at_once(market):
    Organization.objects.filter(pk=market["best"].pk).update(status="suspended")
    client = client_of(market["firm"])
    wanted = TalentDemand.objects.get(enterprise=market["firm"])

    texts = [
        page(client, "partners", market["firm"].pk),
        page(client, "partners", market["firm"].pk, query="?level=junior_college"),
        page(client, "for_demand", wanted.pk, headers=PART),
        page(client, "meets", market["firm"].pk, query=f"?with={market['best'].pk}", headers=PART),
    ]

    assert ["昭通职院" in text for text in texts] == [False] * 4
    assert ["软件学院" in text for text in texts[:3]] == [True] * 3


@pytest.mark.parametrize("partners", [1, 3])
def test_pages_keep_the_budget_of_queries(partners, django_assert_max_num_queries):
    world.lay_catalogue()
    schools = [world.school(f"学校{n}", "510205", 50 + n, skills=("Python程序设计",)) for n in range(partners)]
    firm = world.enterprise("长盈")
    for n in range(partners):
        world.demand(firm, "510205", "510203", headcount=10 + n, skills=("Python程序设计", "数据可视化"))
        world.demand(world.enterprise(f"企业{n}"), "510205")
    rebuild_now()
    wanted = TalentDemand.objects.filter(enterprise=firm)[0].pk
    hr, office, admin = client_of(firm), client_of(schools[0], "school_office"), staff()
    chosen = "?" + "&".join(f"with={school.pk}" for school in schools)
    looks = [
        (hr, "partners", (firm.pk,), "", {}),
        (hr, "partners", (firm.pk,), "?view=keen", {}),
        (hr, "partners", (firm.pk,), "?major=510205", {}),
        (hr, "partners", (firm.pk,), "?region=530000", {}),
        (office, "partners", (schools[0].pk,), "", {}),
        (office, "partners", (schools[0].pk,), "?view=keen", {}),
        (hr, "meets", (firm.pk,), chosen, PART),
        (office, "meets", (schools[0].pk,), f"?with={firm.pk}", PART),
        (hr, "compare", (firm.pk,), chosen, {}),
        (hr, "compare", (firm.pk,), chosen, PART),
        (hr, "download", (firm.pk,), "", {}),
        (hr, "hidden", (firm.pk,), "", {}),
        (hr, "pair", (firm.pk, schools[0].pk), "", {}),
        (hr, "pair", (firm.pk, schools[0].pk), "", PART),
        (hr, "advice", (firm.pk, schools[0].pk), "", PART),
        (office, "advice", (firm.pk, schools[0].pk), "", PART),
        (hr, "for_demand", (wanted,), "", {}),
        (hr, "for_demand", (wanted,), "", PART),
        *((admin, name, (), "", {}) for name in ("runs", "coverage", "quality", "feedback", "weights")),
    ]
    page(hr, "partners", firm.pk, query="?major=510205")  # a process reads the columns of a run once,
    page(hr, "meets", firm.pk, query=chosen, headers=PART)  # and the catalogue
    for client, name, args, query, headers in looks:
        with django_assert_max_num_queries(BUDGET + 3 * (name == "download"), info=f"{name} {query} {headers}"):
            assert client.get(reverse(f"matching:{name}", args=args) + query, headers=headers).status_code == 200


def test_the_engines_room_is_the_staffs(market):
    admin, hr = staff(), client_of(market["firm"])
    names = ("runs", "coverage", "quality", "feedback", "weights")

    assert [admin.get(reverse(f"matching:{name}")).status_code for name in names] == [200] * 5
    assert [hr.get(reverse(f"matching:{name}")).status_code for name in names] == [404] * 5
    assert hr.post(reverse("matching:new_run")).status_code == 404
    assert admin.post(reverse("matching:new_run")).status_code == 302


def test_coverage_tells_who_is_in_nobodys_list_and_why(market):
    idle = world.enterprise("闲着")
    world.school("空校", "510205", 0)
    world.school("待审", "510205", 50)
    promised = world.school("订满", "510205", 90)
    SupplyLine.objects.create(
        programme=promised.programmes.get(), graduating_year=2025, graduating=5, committed=5, state="confirmed"
    )
    Organization.objects.filter(legal_name="待审").update(status="submitted")
    admin = staff()

    found = {
        gap: [
            name
            for name in ("机械学院", "空校", "订满", "待审", idle.legal_name)
            if name in page(admin, "coverage", query=f"?gap={gap}")
        ]
        for gap in ("not_approved", "no_supply", "no_demand", "no_overlap", "outranked")
    }

    assert found == {
        "not_approved": ["待审"],
        "no_supply": ["空校", "订满"],
        "no_demand": ["闲着"],
        "no_overlap": ["机械学院"],
        "outranked": [],
    }


def test_keen_partners_come_in_pages_that_end():
    world.lay_catalogue()
    one = world.school("昭通职院", "510205", 90)
    for n in range(45):
        world.demand(world.enterprise(f"企业{n:02d}公司"), "510205", headcount=20 + n % 7)
    rebuild_now()
    client = client_of(one, "school_office")

    seen: list[str] = []
    query, pages = "?view=keen", 0
    while query and pages < 6:
        answer = client.get(reverse("matching:partners", args=[one.pk]) + query)
        listing = answer.context["listing"]
        seen += [partner.organization.legal_name for partner in listing.partners]
        query, pages = (f"?view=keen&after={listing.page.next}" if listing.page.next else ""), pages + 1

    assert (len(seen), len(set(seen)), pages) == (45, 45, 3)
    scores = list(
        Match.objects.filter(side="E")
        .order_by("-enterprise_score", "enterprise")
        .values_list("enterprise__legal_name", flat=True)
    )
    assert seen == scores


def test_lists_of_others_show_their_fit_and_no_place(market):
    client = client_of(market["best"], "school_office")

    own, keen = (
        client.get(reverse("matching:partners", args=[market["best"].pk]) + query) for query in ("", "?view=keen")
    )

    assert [[line.place for line in answer.context["listing"].partners] for answer in (own, keen)] == [[1, 2], [0, 0]]
    assert ["match-rank" in answer.content.decode() for answer in (own, keen)] == [True, False]


def test_pages_outlive_a_major_that_came_after_the_run(market):
    Major.objects.create(
        code="510299", name="新专业", level="junior_college", category_code="51", class_code="5102", edition="2025"
    )
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    hr, office = client_of(market["firm"]), client_of(market["best"], "school_office")
    staff_client, ends = staff(), (market["firm"].pk, market["best"].pk)
    chosen = f"?with={market['best'].pk}"
    factors = {"level_above": 0.8, "level_below": 0.3, "same_province": 1, "elsewhere": 1, "other_cooperation": 1}
    for codes in (["510205", "510299"], ["510299"]):
        wanted.majors.set(codes)

        assert "昭通职院" in page(hr, "for_demand", wanted.pk, headers=PART)
        for client, name, args, query in (
            (hr, "meets", ends[:1], chosen),
            (hr, "compare", ends[:1], chosen),
            (hr, "pair", ends, ""),
            (hr, "advice", ends, ""),
            (office, "advice", ends, ""),
            (hr, "download", ends[:1], ""),
        ):
            answer = client.get(reverse(f"matching:{name}", args=args) + query, headers=PART)
            assert answer.status_code == 200, name
        assert staff_client.post(reverse("matching:weights"), factors | {"based_on": 0}).status_code == 200


def test_long_names_and_lists_stay_on_the_page(market):
    Organization.objects.filter(pk=market["best"].pk).update(legal_name="昭" * 120)
    wanted = TalentDemand.objects.get(enterprise=market["firm"])
    wanted.skills.set([Skill.objects.create(name=f"技能{n}" * 10, kind="course") for n in range(30)])
    wanted.majors.set(Major.objects.all())

    text = page(client_of(market["firm"]), "meets", market["firm"].pk, query=f"?with={market['best'].pk}", headers=PART)

    assert "<details" in text


HOSTILE = ("\x00", "9" * 40, "-1", "<script>", "%", "a" * 3000, "１")
PARAMETERS = (
    "view", "after", "shown", "text", "region", "level", "major", "whole_class", "skill", "cooperation", "already",
    "size", "with", "gap", "from", "all",
)  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_no_query_string_breaks_a_page(market, value):
    hr, office, admin = client_of(market["firm"]), client_of(market["best"], "school_office"), staff()
    looks = [(hr, name, market["firm"].pk) for name in ("partners", "meets", "compare", "download", "hidden")]
    looks += [(office, "partners", market["best"].pk)]
    looks += [(admin, name, None) for name in ("runs", "coverage", "weights")]
    for client, name, key in looks:
        url = reverse(f"matching:{name}", args=[key] if key else [])
        for names, headers in ((PARAMETERS, {}), (PARAMETERS, PART), (("text",), {})):
            answer = client.get(url, dict.fromkeys(names, value), headers=headers)
            assert answer.status_code == 200, name
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"<script>" not in body
