"""The clauses that every agreement carries, and those that make it an agreement of its kind.

What only the tripartite internship agreement says is in internship_clauses.

Texts are patterns for str.format with the fields {all} and {others}: 双方 / 对方 for two parties, 三方 or 各方 /
其他方 for more; in English "the Parties" and "the other Party" or "the other Parties". Further fields are named beside
the text.
"""

from collections.abc import Mapping

from events.printing.clauses import Clause

PREAMBLE = Clause(  # {aim}: as below; {origin}: the talks, or empty
    zh="{aim}，{origin}{all}遵循自愿、平等、诚信的原则，经协商一致，订立本协议。",
    en="{aim}, {origin}the Parties, freely and as equals, have agreed as follows.",
)
AIM: Mapping[str, Clause] = {
    "framework": Clause(
        zh="为深化产教融合、校企合作",
        en="To deepen the cooperation of schools and enterprises",
    ),
    "intent": Clause(
        zh="为加强校企对接，探索合作途径",
        en="To bring school and enterprise together and to explore how they may cooperate",
    ),
    "strategic": Clause(
        zh="为建立长期稳定的战略合作关系，全面深化产教融合、校企合作",
        en="To become partners for the long term in every field in which school and enterprise can cooperate",
    ),
    "project": Clause(
        zh="为明确合作项目的内容和各自的权利义务，保证项目如期完成",
        en="To settle the contents of their project, the rights and duties under it, and its completion in time",
    ),
    "gov_school": Clause(
        zh="为深化政校合作，推动职业教育更好地服务地方产业和就业",
        en="To deepen the cooperation of government and schools, so that vocational education serves local industry "
        "and employment",
    ),
    "internship": Clause(
        zh="为规范学生实习，维护学生、学校和实习单位的合法权益，根据《职业学校学生实习管理规定》（教职成〔2021〕4号）",
        en="To order the internship of the student, to protect the lawful rights of student, school and enterprise, "
        "and in accordance with the Rules on the Internships of Vocational School Students (Jiaozhicheng [2021] No. "
        "4)",
    ),
}
"""What each kind of agreement is made for; its keys are the kinds that this package words."""
PREAMBLE_ORIGIN = Clause(  # {fair}, {meeting}: the latter with its brackets, or empty
    zh="在“{fair}”{meeting}洽谈的基础上，",
    en="and on the basis of their talks at “{fair}”{meeting}, ",
)

PRINCIPLES = Clause(
    zh="{all}坚持立德树人、优势互补、互利共赢、共同发展，遵守国家法律法规和职业教育的有关规定，"
    "维护学生、教师和职工的合法权益。",
    en="The Parties cooperate for the good of the students, complement each other and share the benefit. They "
    "observe the law and the rules of vocational education and protect the lawful rights of students, teachers "
    "and employees.",
)
DUTIES_HEADING = Clause(zh="{all}职责", en="Duties")
CONTENTS = Clause(
    zh="{all}在以下方面开展合作：",
    en="The Parties cooperate in the following:",
)
CONTENTS_OF_GOVERNMENT = Clause(
    zh="学校方会同参加合作的企业组织实施本项合作，政府方予以统筹和支持；具体内容、进度和验收办法以有关各方书面确认的"
    "实施方案为准。",
    en="The school carries out this cooperation together with the enterprises that take part, coordinated and "
    "supported by the government body; its contents, schedule and acceptance are those of the implementation plan "
    "that those concerned confirm in writing.",
)
CONTENTS_OPEN = Clause(
    zh="合作的具体内容由{all}另行书面商定。",
    en="The contents of the cooperation are to be agreed separately in writing.",
)
ANNEX_OF_MAJORS = Clause(  # {annex}
    zh="合作涉及的专业和人数见{annex}。",
    en="The majors and numbers of people concerned are listed in {annex}.",
)

DUTIES: Mapping[str, Clause] = {
    "enterprise": Clause(
        zh="企业方确定责任部门和联系人，及时提供人才需求、岗位标准和技术发展信息，参与制定人才培养方案，"
        "按约定提供岗位、设备、人员和经费。",
        en="The enterprise names a department and a contact, informs in good time of its demand for people, its "
        "standards and its technology, takes part in the design of programmes, and provides posts, equipment, "
        "staff and funds as agreed.",
    ),
    "school": Clause(
        zh="学校方确定责任部门和联系人，及时提供专业设置、在校生和毕业生信息，按约定组织教学、实习和就业服务，"
        "支持企业方选才育人。",
        en="The school names a department and a contact, informs in good time of its majors, students and "
        "graduates, organizes teaching, internships and placement as agreed, and helps the enterprise to choose "
        "and train people.",
    ),
    "government": Clause(
        zh="政府方做好统筹协调和政策指导，依法落实有关支持政策，协助解决合作中的困难。",
        en="The government body coordinates and guides, applies the policies of support that the law provides, "
        "and helps to remove difficulties.",
    ),
    "association": Clause(
        zh="行业组织方提供行业信息和交流平台，协助沟通联络，跟进合作进展。",
        en="The association provides information on the industry and occasions to meet, helps the others to keep "
        "in touch and follows the progress.",
    ),
}
SCHOOL_TO_GOVERNMENT = Clause(
    zh="学校方确定责任部门和联系人，围绕当地产业和就业需求优化专业设置，按约定组织培养、培训和就业服务，及时报告合作进展。",
    en="The school names a department and a contact, adapts its majors to local industry and employment, educates, "
    "trains and places people as agreed, and reports the progress in good time.",
)
"""The duties of a school in an agreement with government alone; otherwise those of DUTIES."""
DUTY_TO_MEET = Clause(
    zh="{all}每年至少召开一次工作会议，通报合作进展，商定下一年度计划。",
    en="The Parties meet at least once a year to report progress and agree the plan of the following year.",
)

FUND_ITEM = Clause(  # {payer}, {payee}, {purpose}, {amount}, {instalments}
    zh="{payer}向{payee}提供{purpose}{amount}{instalments}。",
    en="{payer} provides {payee} with {amount} for: {purpose}{instalments}.",
)
FUND_INSTALMENTS = Clause(zh="，分{count}期拨付", en=", in {count} instalments")
FUND_SCHEDULE = Clause(zh="拨付时间和金额见{annex}。", en="Dates and amounts of payment are in {annex}.")
FUND_TOTAL = Clause(zh="本协议涉及的经费合计{amount}。", en="The funds under this agreement are {amount} in all.")
FUND_USE = Clause(
    zh="收款方对经费专款专用、单独核算，每年向付款方书面报告使用情况，接受付款方和有关部门的检查。",
    en="The payee uses the funds for their purpose only, keeps separate accounts, reports on their use to the "
    "payer in writing every year and admits inspection by the payer and the authorities.",
)

TERM = Clause(  # {period}
    zh="本协议的合作期限为{period}。期满前三十日内，经{all}书面同意可以续签。",
    en="This agreement runs from {period}. Within the last thirty days it may be renewed by written consent of "
    "the Parties.",
)

EFFECT: Mapping[str, Clause] = {
    "framework": Clause(
        zh="本协议为框架协议，是{all}开展合作的指导文件。具体项目由有关各方另行签订项目协议；"
        "项目协议与本协议不一致的，以项目协议为准。",
        en="This is a framework agreement to guide the cooperation. Projects are agreed separately by those "
        "concerned; where a project agreement differs from this one, the project agreement prevails.",
    ),
    "intent": Clause(
        zh="本协议为意向协议，表明{all}的合作意愿。除经费、信息保密和争议解决的约定外，"
        "本协议不设定法律上的强制义务；{all}应当在合作期限内就具体事项继续协商，另行签订正式协议。",
        en="This is an agreement of intent. Except for funds, confidentiality and disputes, it creates no duty "
        "enforceable at law; within its term the Parties continue to negotiate and conclude formal agreements.",
    ),
    "strategic": Clause(
        zh="本协议为战略合作协议，确立{all}长期、全面的合作伙伴关系。{all}负责人每年至少会商一次，确定下一年度的重点合作事项；"
        "重点事项由年度计划或者项目协议落实。同等条件下，{all}在约定的合作领域优先与{others}合作，"
        "但不妨碍任何一方与第三人合作。项目协议与本协议不一致的，以项目协议为准。",
        en="This is a strategic agreement, by which the Parties become partners for the long term and in every field "
        "named here. Their heads meet at least once a year and settle the main work of the following year, which "
        "yearly plans or project agreements carry out. On equal terms each Party prefers {others} in those fields, "
        "but none is kept from working with third parties. Where a project agreement differs from this one, it "
        "prevails.",
    ),
    "project": Clause(
        zh="本协议自生效之日起对{all}具有法律约束力。一方不履行约定的，应当继续履行、采取补救措施，"
        "并赔偿由此给{others}造成的直接损失。",
        en="This agreement binds the Parties at law from the day it takes effect. A Party in default performs or "
        "remedies its duty and makes good the direct loss caused to {others}.",
    ),
    "gov_school": Clause(
        zh="本协议为政校合作协议，明确{all}在推动职业教育服务地方发展中的职责分工。政府方依照法定职权履行本协议，"
        "本协议不改变行政机关的法定职责，不构成对第三人的行政许可、行政给付或者财政承诺；"
        "涉及财政资金、土地和编制的事项，按照规定的权限和程序办理。具体项目由有关各方另行签订项目协议。",
        en="This agreement between government and school settles who does what so that vocational education serves the "
        "place. The government body performs it within its powers at law; the agreement changes no statutory duty and "
        "grants third parties no licence, benefit or public money. What concerns public funds, land or posts is "
        "decided by those and in the way that the rules prescribe. Projects are agreed separately by those concerned.",
    ),
    "internship": Clause(  # {student}, {school}: as the roles are called
        zh="本协议自生效之日起对{all}具有法律约束力。本协议不是劳动合同；{student}在实习期间仍是{school}的学生。"
        "教育主管部门或者人力资源社会保障部门规定了实习协议示范文本的，使用该示范文本，"
        "本协议与其不一致的，以示范文本为准。",
        en="This agreement binds the Parties at law from the day it takes effect. It is not a contract of employment: "
        "during the internship {student} remains a student of {school}. Where the authority for education or for "
        "human resources prescribes a model text for internship agreements, that text is used, and it prevails where "
        "this agreement differs from it.",
    ),
}
"""What each kind of agreement binds to; its keys are those of AIM."""

CONFIDENTIALITY = Clause(
    zh="{all}对在合作中知悉的{others}的商业秘密、技术资料和未公开信息，以及学生、教师和职工的个人信息负有保密义务；"
    "除法律另有规定外，未经书面同意不得向他人披露或者用于本协议以外的目的。"
    "本条在本协议终止后继续有效。",
    en="The Parties keep secret the trade secrets, technical material and unpublished information of {others} and "
    "the personal data of students, teachers and employees. Unless the law provides otherwise, they neither "
    "disclose nor use them for another purpose without written consent. This article survives the agreement.",
)
CHANGE = Clause(
    zh="本协议的变更和补充须由{all}书面签署。一方不能继续履行的，应当提前三十日书面通知{others}；"
    "已经开始的培养和实习应当妥善安排，不得损害学生利益。",
    en="Changes and additions are made in writing and signed by the Parties. A Party that cannot continue gives "
    "{others} thirty days' written notice; training and internships already begun are brought to a proper end "
    "without harm to the students.",
)
DISPUTE = Clause(  # {court}
    zh="因本协议发生的争议，由{all}协商解决；协商不成的，可以依法向{court}有管辖权的人民法院提起诉讼。",
    en="Disputes are settled by negotiation; failing that, a Party may bring an action before the competent "
    "people's court at {court}.",
)
DISPUTE_WITH_GOVERNMENT = Clause(
    zh="因本协议发生的争议，由{all}协商解决；协商不成的，报请共同的上级主管部门协调，或者依照法律规定的途径解决。",
    en="Disputes are settled by negotiation; failing that, the Parties ask the authority above them to mediate or go "
    "the way that the law provides.",
)
COURT_OF_PLACE = Clause(zh="协议签订地", en="the place where this agreement was signed")
COURT_OF_DEFENDANT = Clause(zh="被告所在地", en="the defendant's seat")

SIGNED_AT = Clause(zh="{on}{at}签订，", en="signed{on}{at}")  # {on}: day, {at}: place; either may be empty
ORIGINALS = Clause(  # {signed}: as above; {count}, {each}, {roles}
    zh="本协议{signed}一式{count}份，{roles}各执{each}份，具有同等效力。",
    en="This agreement is {signed} in {count} originals of equal force, {each} for each of {roles}.",
)
ENTRY = Clause(
    zh="本协议自{all}签字并加盖公章之日起生效。未尽事宜，由{all}另行签订补充协议。",
    en="It takes effect when all the Parties have signed and sealed it. What it leaves open is settled by "
    "supplementary agreement.",
)
