"""The clauses that every agreement carries, and those that make it a framework, an intent or a project agreement.

Texts are patterns for str.format with the fields {all} and {others}: 双方 / 对方 for two parties, 三方 or 各方 /
其他方 for more; in English "the Parties" and "the other Party" or "the other Parties". Further fields are named beside
the text.
"""

from collections.abc import Mapping

from events.printing.clauses import Clause

PREAMBLE = Clause(
    zh="为深化产教融合、校企合作，{origin}{all}遵循自愿、平等、诚信的原则，经协商一致，订立本协议。",
    en="To deepen the cooperation of schools and enterprises, {origin}the Parties, freely and as equals, "
    "have agreed as follows.",
)
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
    "project": Clause(
        zh="本协议自生效之日起对{all}具有法律约束力。一方不履行约定的，应当继续履行、采取补救措施，"
        "并赔偿由此给{others}造成的直接损失。",
        en="This agreement binds the Parties at law from the day it takes effect. A Party in default performs or "
        "remedies its duty and makes good the direct loss caused to {others}.",
    ),
}
EFFECT_OF_KIND: Mapping[str, str] = {
    "framework": "framework",
    "strategic": "framework",
    "gov_school": "framework",
    "intent": "intent",
    "project": "project",
}
"""Agreement kinds that this package words. The tripartite internship agreement is not among them: its text is
laid down by the national rules on student internships and must not be replaced by one of ours."""

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
