"""The clauses of the tripartite internship agreement (三方实习协议), in our own words.

They hold what 《职业学校学生实习管理规定》（教职成〔2021〕4号） wants such an agreement to contain: the parties, time,
place, contents and conditions; board and lodging, working time and rest; pay and how it is paid; protection at work;
insurance and accidents; assessment; liability; and what may not be arranged. They are no model text: where an authority
prescribes one, that one is used, and general_clauses.EFFECT says so.

Fields: {host} takes the interns, {school} sends them, {student}: as the three are called; {all} and {others} as in
general_clauses. Every sentence says who must do it, because a student is to see it at once.
"""

from collections.abc import Mapping, Sequence

from events.printing.clauses import Clause

BLANK = "＿" * 18
"""Room to write a few words by hand."""

PLAN = Clause(
    zh="{student}按照{school}的实习计划和{host}的岗位要求完成实习任务，填写实习日志，实习结束时提交实习报告。"
    "实习岗位应当符合所学专业的培养目标，与所学专业对口或者相近。",
    en="{student} works by the internship plan of {school} and the requirements of the post at {host}, keeps a "
    "journal and hands in a report at the end. The post fits the aims of the student's major and belongs to it or to "
    "one close to it.",
)
HOURS = Clause(
    zh="{host}遵守国家关于工作时间和休息休假的规定，每日不超过八小时，每周不超过四十小时。除专业和岗位有特殊要求并已报"
    "主管部门备案外，不安排{student}在休息日和法定节假日实习，不安排加班和夜班。",
    en="{host} keeps the national rules on working time, rest and holidays: no more than eight hours a day and forty "
    "a week. Unless the major and the post require it and it has been filed with the authority, {student} does not "
    "work on days of rest and public holidays, overtime or at night.",
)
PAY = Clause(
    zh="{host}参考本单位相同岗位的报酬标准和实习的工作量、工作强度、工作时间确定实习报酬；能够相对独立工作的，"
    "原则上不低于本单位相同岗位工资标准的百分之八十或者最低档工资标准。实习报酬以货币形式按时、足额、直接支付给"
    "{student}，支付周期不超过一个月，不以实物或者代金券代替，不经第三方转发。",
    en="{host} sets the pay by what it pays for the same post and by the amount, intensity and hours of the work; "
    "for an intern who works largely alone it is as a rule no less than 80 per cent of the wage of that post or than "
    "its lowest grade. It is paid in money, in time, in full and directly to {student}, at least once a month, never "
    "in goods or vouchers and never through a third party.",
)
SAFETY = (
    Clause(
        zh="{host}提供符合国家规定的劳动安全卫生条件、劳动防护用品和职业病危害防护，如实告知岗位的危险因素和应急措施。",
        en="{host} provides the conditions of safety and health at work, the protective equipment and the protection "
        "against occupational disease that the state prescribes, and tells truly what is dangerous and what to do "
        "then.",
    ),
    Clause(
        zh="{host}和{school}在上岗前对{student}进行安全教育和岗位培训并考核，未经教育培训或者考核不合格的不上岗。",
        en="Before work begins {host} and {school} teach and test {student} in safety and in the work of the post; "
        "nobody starts without having passed.",
    ),
    Clause(
        zh="{student}遵守安全规程；发现危及人身安全的情况，有权停止作业并撤离，有权拒绝违章指挥。",
        en="{student} keeps the rules of safety, may stop and leave when there is danger to life or limb, and may "
        "refuse an order that breaks the rules.",
    ),
)
INSURANCE = (
    Clause(
        zh="{school}和{host}依法为{student}投保实习责任保险，保险责任覆盖实习全过程，包括往返实习地点的途中；"
        "鼓励{host}另行投保意外伤害保险。保险费用不由{student}承担。",
        en="{school} and {host} insure {student} as the law requires against liability for the whole of the "
        "internship, the way to and from it included; {host} is encouraged to add accident insurance. {student} pays "
        "no premium.",
    ),
    Clause(
        zh="{student}在实习期间受到人身伤害的，{host}立即救治，并在当日通知{school}和{student}的监护人或者家属。"
        "属于保险赔付范围的，由保险公司赔付；不属于或者超出保险赔付范围的部分，由{host}、{school}和{student}依法承担。",
        en="If {student} is injured during the internship, {host} sees to treatment at once and tells {school} and the "
        "guardian or family the same day. The insurer pays what the insurance covers; what it does not cover or what "
        "exceeds it is borne by {host}, {school} and {student} as the law provides.",
    ),
)
DUTIES = (
    Clause(
        zh="{host}指定专门人员指导{student}，安排与实习计划相符的岗位，不随意变更；向{school}通报实习情况，"
        "实习人数不超过国家规定的比例。",
        en="{host} appoints a person to guide {student}, gives a post that accords with the plan and does not change "
        "it at will, reports to {school}, and takes no more interns than the share of its staff that the state "
        "allows.",
    ),
    Clause(
        zh="{school}选派实习指导教师全程指导和管理，定期检查，及时处理实习中的问题；依法保障{student}的权益，"
        "不通过中介机构或者有偿代理安排实习。",
        en="{school} appoints a teacher who guides and supervises throughout, inspects regularly and settles what "
        "arises; it protects the rights of {student} and arranges no internship through agents or for money.",
    ),
    Clause(
        zh="{student}遵守法律法规、{school}的实习要求和{host}的规章制度，爱护设施设备，保守商业秘密，"
        "服从管理；因故离开岗位的，事先向{host}和{school}请假。",
        en="{student} keeps the law, the rules of {school} and those of {host}, takes care of the equipment, keeps "
        "trade secrets, follows instructions, and asks {host} and {school} before being absent.",
    ),
)
FORBIDDEN_LEAD = Clause(zh="{host}和{school}不得有下列行为：", en="{host} and {school} must not:")
FORBIDDEN = (
    Clause(
        zh="安排或者接收未满十六周岁的学生、一年级在校学生参加岗位实习；",
        en="send or take for internship at a post a student who is under 16 or in the first year of study;",
    ),
    Clause(
        zh="安排未成年学生从事未成年工禁忌从事的劳动，安排女学生从事女职工禁忌从事的劳动；",
        en="give minors work that is forbidden to young workers, or women students work that is forbidden to women "
        "workers;",
    ),
    Clause(
        zh="安排学生从事高空、井下、放射性、有毒、易燃易爆和其他具有较高安全风险的实习，"
        "以及国家规定的第Ⅲ级强度及以上的体力劳动或者其他有害身心健康的实习；",
        en="give work at heights, underground, with radiation, poison, flammables or explosives or of other high risk, "
        "heavy labour of grade III or above, or anything else that harms body or mind;",
    ),
    Clause(
        zh="安排学生到酒吧、夜总会、歌厅、洗浴中心、电子游戏厅、网吧等营业性娱乐场所实习；",
        en="place students in bars, night clubs, karaoke halls, bath houses, arcades, internet cafés or other places "
        "of commercial entertainment;",
    ),
    Clause(
        zh="向学生收取押金、培训费、实习报酬提成、管理费、实习材料费、就业服务费或者其他任何费用，扣押学生的身份证、"
        "学生证或者其他证件，要求学生提供担保或者以其他名义收取财物；",
        en="charge students deposits, fees for training, management, material or placement, a share of their pay or "
        "anything else, keep their identity or student cards or other papers, or demand security or property;",
    ),
    Clause(
        zh="以实习名义安排学生从事与所学专业无关的简单重复劳动，或者强制学生实习。",
        en="use students under the name of internship for simple repetitive work foreign to their major, or force them "
        "into an internship.",
    ),
)
ASSESSMENT = Clause(
    zh="{host}和{school}根据实习计划共同考核{student}，考核包括实习日志、实习表现和实习报告；{host}在实习结束时出具鉴定。"
    "考核成绩记入学业成绩，考核合格的取得相应学分。",
    en="{host} and {school} jointly assess {student} by the plan: journal, conduct and report; at the end {host} "
    "certifies the result. The grade is part of the student's record, and credits are given to those who pass.",
)
PRIVACY = Clause(
    zh="{host}和{school}只为实习的组织和管理处理{student}的个人信息，依法保密；{student}对知悉的{host}的商业秘密和"
    "技术资料负有保密义务。本条在本协议终止后继续有效。",
    en="{host} and {school} use the personal data of {student} only to organize and manage the internship, and keep "
    "them secret as the law requires; {student} keeps the trade secrets and technical material of {host}. This "
    "article survives the agreement.",
)
LIABILITY = Clause(
    zh="一方违反本协议的，应当及时改正，继续履行或者采取补救措施；给{others}造成损失的，依法承担赔偿责任。"
    "{host}拖欠实习报酬的，应当补足。本协议不约定由{student}支付违约金。",
    en="A Party in breach puts it right without delay, performs or remedies, and makes good as the law provides the "
    "loss caused to {others}. Pay in arrears is paid in full by {host}. {student} owes no contractual penalty.",
)
ENDING = (
    Clause(
        zh="经{all}协商一致，可以变更或者解除本协议，变更须书面签署。一方因故不能继续履行的，应当提前七日书面通知{others}。",
        en="By agreement of the Parties this agreement may be changed, in writing and signed, or ended. A Party that "
        "cannot continue gives {others} seven days' written notice.",
    ),
    Clause(
        zh="{host}未按约定支付实习报酬、不提供劳动安全条件、安排本协议禁止的事项，或者侵害{student}合法权益的，"
        "{student}和{school}可以立即终止实习。",
        en="If {host} does not pay as agreed, does not provide safe conditions, arranges what this agreement forbids "
        "or violates the rights of {student}, {student} and {school} may end the internship at once.",
    ),
    Clause(
        zh="{student}严重违反实习纪律，经教育仍不改正的，{host}与{school}协商后可以终止实习；"
        "{school}妥善安排{student}后续的学习。",
        en="If {student} gravely breaks discipline and does not mend after being told, {host} may end the internship "
        "after talks with {school}, which arranges the further studies of {student}.",
    ),
)
ENTRY = Clause(
    zh="本协议自{host}和{school}盖章、{student}签字之日起生效；{student}未满十八周岁的，还须其监护人知情并签字同意。"
    "未签订本协议的，不安排实习。",
    en="It takes effect when {host} and {school} have sealed it and {student} has signed; if {student} is under 18, "
    "the guardian's informed consent and signature are needed too. Without it no internship begins.",
)

HEADINGS: Mapping[str, Clause] = {
    "purpose": Clause(zh="实习目的", en="Purpose"),
    "plan": Clause(zh="实习安排", en="The internship"),
    "hours": Clause(zh="工作时间、休息和食宿", en="Working time, rest, board and lodging"),
    "pay": Clause(zh="实习报酬", en="Pay"),
    "safety": Clause(zh="劳动保护和安全", en="Protection and safety at work"),
    "insurance": Clause(zh="保险和伤亡事故处理", en="Insurance and accidents"),
    "duties": Clause(zh="三方职责", en="Duties"),
    "forbidden": Clause(zh="禁止事项", en="What is forbidden"),
    "assessment": Clause(zh="实习考核", en="Assessment"),
    "particular": Clause(zh="其他约定", en="Further agreements"),
    "funds": Clause(zh="合作经费", en="Funds"),
    "privacy": Clause(zh="保密和个人信息保护", en="Secrecy and personal data"),
    "liability": Clause(zh="违约责任", en="Liability"),
    "ending": Clause(zh="变更和解除", en="Change and termination"),
    "effect": Clause(zh="协议效力", en="Effect"),
    "disputes": Clause(zh="争议解决", en="Disputes"),
    "originals": Clause(zh="文本和生效", en="Originals and entry into force"),
}
"""The articles in their order."""

LEADS: Mapping[str, Clause] = {
    "post": Clause(zh="实习岗位：", en="Post: "),
    "workplace": Clause(zh="实习地点：", en="Place of work: "),
    "tasks": Clause(zh="实习内容：", en="Work to be done: "),
    "period": Clause(zh="实习期限：", en="Period: "),
    "mentor": Clause(zh="{host}指导人员及电话：", en="Guide at {host} and telephone: "),
    "teacher": Clause(zh="{school}指导教师及电话：", en="Teacher at {school} and telephone: "),
    "hours": Clause(zh="每日和每周实习时间、休息日：", en="Hours a day and a week, days of rest: "),
    "board_and_lodging": Clause(zh="食宿安排：", en="Board and lodging: "),
    "pay": Clause(zh="报酬标准：", en="Pay: "),
    "pay_day": Clause(zh="支付日期：", en="Paid on: "),
    "insurance": Clause(zh="保险种类、保险公司和保单号：", en="Insurance, insurer and policy number: "),
}
PLAN_FACTS: Sequence[str] = ("post", "workplace", "tasks")
PAY_EACH_MONTH = Clause(zh="每月{amount}。", en="{amount} a month.")  # {amount}: or BLANK and yuan
PAY_UNKNOWN = Clause(zh="人民币＿＿＿＿＿＿元（大写：＿＿＿＿＿＿＿＿）", en="RMB ＿＿＿＿＿＿")
PAY_DAY = Clause(zh="每月{day}日前。", en="by day {day} of each month.")
