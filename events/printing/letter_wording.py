"""The fixed words of an invitation and its reply slip."""

from collections.abc import Mapping

from events.printing.formatting import Language

LETTER_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "邀请函",
        "salutation": "{0}：",
        "opening": (
            "兹定于{dates}在{venue}举办“{fair}”，诚邀贵单位派员参加，与对口单位面对面洽谈合作。"
            "请按以下时间和地点报到，并在截止日期前回复。"
        ),
        "fair": "活动名称",
        "theme": "活动主题",
        "hosts": "举办单位",
        "meeting_days": "洽谈日期",
        "venue": "洽谈地点",
        "registration_at": "报到时间",
        "registration_place": "报到地点",
        "contact": "会务值班",
        "answers_due": "回复截止",
        "names_due": "名单截止",
        "note": "报到时间与洽谈日期不同，请按报到时间抵达。",
        "online": "网上回执：手机扫描二维码，或打开以下网址，无须登录即可回复。网址仅供贵单位使用，请勿外传。",
        "closing": "特此函邀，敬请莅临。",
        "slip": "参会回执",
        "organization": "单位名称",
        "answer": "是否参会",
        "choices": "□ 参加　　□ 不参加",
        "people": "参会人员（请按职务由高到低填写，首位为带队人）",
        "heads": "序号|姓名|职务|联系电话|抵达时间|住宿|饮食|车牌号",
        "away": "不能参加洽谈的时间",
        "partners": "希望洽谈的单位",
        "remarks": "备注",
        "filled": "填表人：",
        "phone": "联系电话：",
        "seal": "（单位盖章）",
        "date": "　　　　年　　月　　日",
        "back": "请于{due}前将本回执交回：{contact}。已在网上回复的，不必再交。",
        "back_open": "请将本回执交回：{contact}。已在网上回复的，不必再交。",
    },
    "en": {
        "title": "Invitation",
        "salutation": "To {0}",
        "opening": (
            "You are cordially invited to “{fair}”, held {dates} at {venue}, "
            "to meet partners who fit your organization. Please register at the time and place below, "
            "and answer in time."
        ),
        "fair": "Fair",
        "theme": "Theme",
        "hosts": "Hosts",
        "meeting_days": "Days of the talks",
        "venue": "Venue",
        "registration_at": "Registration desk",
        "registration_place": "Where to register",
        "contact": "Contact on duty",
        "answers_due": "Answer until",
        "names_due": "Names until",
        "note": "Registration and the talks are at different times: please arrive for registration.",
        "online": (
            "Answer online: scan the code or open the address below; no account is needed. "
            "The address is for your organization alone."
        ),
        "closing": "We look forward to meeting you.",
        "slip": "Reply slip",
        "organization": "Organization",
        "answer": "Do you come?",
        "choices": "□ Yes　　□ No",
        "people": "Delegates, the highest in rank first; the first one leads the delegation",
        "heads": "No.|Name|Post|Phone|Arrival|Lodging|Diet|Vehicle",
        "away": "Times at which you cannot meet",
        "partners": "Whom you wish to meet",
        "remarks": "Remarks",
        "filled": "Filled in by: ",
        "phone": "Phone: ",
        "seal": "(seal)",
        "date": "Date",
        "back": "Please return this slip by {due} to: {contact}. Not needed if you have answered online.",
        "back_open": "Please return this slip to: {contact}. Not needed if you have answered online.",
    },
}  # fmt: skip

WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
