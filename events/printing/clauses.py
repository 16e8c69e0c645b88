"""The standard clause of each cooperation kind: what both sides undertake, in one short paragraph.

The keys are the codes of the taxonomy's cooperation kinds. A kind without a clause of its own gets GENERIC.
Every text says 学校方 and 企业方 (the school, the enterprise), never 甲方 or 乙方, because either may come first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from events.printing.formatting import Language


@dataclass(frozen=True)
class Clause:
    """The same text in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """Return the text in that language."""
        return self.zh if language == "zh" else self.en


GENERIC = Clause(
    zh="校企双方按年度计划开展本项合作，具体内容、进度和验收办法以双方书面确认的实施方案为准。",
    en=(
        "The school and the enterprise carry out this cooperation by yearly plans; its contents, schedule and "
        "acceptance are those of the implementation plan that both confirm in writing."
    ),
)

COOPERATION_CLAUSES: Mapping[str, Clause] = {
    "industry_college": Clause(
        zh=(
            "校企双方共同建设产业学院，组成由双方人员参加的理事会，共同制定建设方案和年度计划。"
            "企业方参与专业设置、课程开发和实践教学，学校方提供场地、师资和日常管理。"
            "产业学院的投入、资产归属和收益分配由双方另行书面约定。"
        ),
        en=(
            "The school and the enterprise jointly build an industry college, run by a council of members from "
            "both, which adopts its plan of construction and its yearly plans. The enterprise takes part in "
            "planning majors, developing courses and practical teaching; the school provides premises, teachers "
            "and daily management. Investment, ownership and returns are agreed separately in writing."
        ),
    ),
    "internship": Clause(
        zh=(
            "企业方按学校方的实习计划提供专业对口的岗位，安排师傅指导，依法支付实习报酬；"
            "学校方选派指导教师，负责实习学生的教育和管理。实习开始前，学校方、企业方和学生签订三方协议，"
            "为学生办理实习责任保险；未满十八周岁的学生须有监护人书面同意，不安排未满十六周岁的学生实习，"
            "不向学生收取任何费用。"
        ),
        en=(
            "The enterprise offers posts that fit the students' majors under the school's internship plan, "
            "appoints mentors and pays the interns as the law requires; the school appoints supervising "
            "teachers and remains responsible for the education and care of the interns. Before an internship "
            "begins, the school, the enterprise and the student sign a tripartite agreement and the student is "
            "insured; a student under 18 needs the written consent of a guardian, none under 16 is sent, and "
            "no fee is charged."
        ),
    ),
    "order_class": Clause(
        zh=(
            "校企双方按企业方的用人需求组建订单班，共同制定人才培养方案，共同组织教学和考核。"
            "企业方按约定提供岗位、设备或奖助学金；学生考核合格并经双向选择的，企业方优先录用。"
            "学生自愿报名，其择业自由不受限制。"
        ),
        en=(
            "The school and the enterprise form classes for the posts that the enterprise needs to fill, and "
            "jointly design the programme, teach and assess. The enterprise provides posts, equipment or "
            "scholarships as agreed, and gives preference to students who pass and whom both choose. Students "
            "join of their own will and remain free to work elsewhere."
        ),
    ),
    "apprenticeship": Clause(
        zh=(
            "校企双方开展招生招工一体的中国特色学徒制培养，学生兼有学生和学徒双重身份，"
            "由学校教师和企业师傅共同培养。学徒培养协议应当写明岗位、课程、报酬、保险和考核办法；"
            "企业方选派技术技能骨干担任师傅，学校方实行工学交替的教学安排。"
        ),
        en=(
            "The school and the enterprise train apprentices who are enrolled and engaged at the same time, "
            "being both students and apprentices, taught jointly by teachers and masters. An apprenticeship "
            "agreement states the post, courses, pay, insurance and assessment; the enterprise appoints "
            "skilled employees as masters, and the school alternates study with work."
        ),
    ),
    "real_project": Clause(
        zh=(
            "企业方将生产、研发和服务中的真实项目、案例和技术问题提供给学校方用于教学，"
            "并派技术人员参与指导和评价；学校方将其编入课程、课程设计和毕业设计，按约定时间交付成果。"
            "涉及商业秘密的，企业方在提供前标明，学校方及参加的师生予以保密。"
        ),
        en=(
            "The enterprise supplies real projects, cases and technical problems for teaching and sends "
            "engineers to guide and assess; the school builds them into courses and final projects and hands "
            "over the results on time. The enterprise marks trade secrets in advance, and the school and those "
            "who take part keep them."
        ),
    ),
    "training_base": Clause(
        zh=(
            "校企双方共同建设校内或校外实训基地，用于学生实训、职工培训、技能评价和技能竞赛。"
            "企业方提供设备、技术标准和技术人员，学校方提供场地、配套条件和日常维护；"
            "捐赠、借用和共同出资的设备逐项登记，写明权属。双方共同负责安全管理。"
        ),
        en=(
            "The school and the enterprise jointly build training bases, on or off campus, for student "
            "training, staff training, skills assessment and contests. The enterprise provides equipment, "
            "technical standards and engineers; the school provides premises, services and upkeep. Equipment "
            "given, lent or bought jointly is listed item by item with its owner. Both answer for safety."
        ),
    ),
    "textbook": Clause(
        zh=(
            "校企双方组成编写组，按行业标准和岗位要求共同编写活页式、工作手册式或数字化的新形态教材。"
            "企业方提供技术资料和案例，学校方负责教学设计和试用。"
            "教材按规定审核后使用，署名和著作权归属在编写前书面约定。"
        ),
        en=(
            "The school and the enterprise form an editorial group and write loose-leaf, workbook or digital "
            "textbooks by the standards of the trade. The enterprise provides technical material and cases, "
            "the school the teaching design and trials. A textbook is used after the prescribed review; "
            "authorship and copyright are agreed in writing beforehand."
        ),
    ),
    "staff_training": Clause(
        zh=(
            "学校方按企业方的培训计划，利用师资、设备和课程为企业职工开展岗前、转岗和技能提升培训，"
            "以及职业技能等级评价；企业方组织职工参加，保证必要的时间和条件。"
            "培训的人数、课时、费用和考核办法以双方确认的培训计划为准。"
        ),
        en=(
            "Under the enterprise's training plan the school trains its employees, before they start, when "
            "they change posts and to raise their skills, and assesses their skill levels; the enterprise sends "
            "them and gives them time. Numbers, hours, cost and assessment follow the training plan that both "
            "confirm."
        ),
    ),
    "industry_teacher": Clause(
        zh=(
            "学校方聘请企业方的技术骨干和能工巧匠任教部分技术技能课程，指导实训和毕业设计；"
            "企业方支持受聘人员按教学计划到校授课。课时、报酬和考核由学校方按规定办理，"
            "教学安排兼顾企业方的生产。"
        ),
        en=(
            "The school engages skilled employees of the enterprise to teach some of the technical courses and "
            "to guide practice and final projects; the enterprise lets them teach by the timetable. The school "
            "settles hours, pay and appraisal by its rules and plans with regard to production."
        ),
    ),
    "teacher_practice": Clause(
        zh=(
            "企业方每年接收学校方的教师到岗位实践锻炼，安排岗位、指导人员和实践任务，结束时出具鉴定；"
            "学校方制定教师实践计划，承担教师实践期间的工资和保险。教师遵守企业方的安全和保密规定。"
        ),
        en=(
            "Each year the enterprise receives teachers of the school for practice at work, gives them a post, "
            "a guide and tasks, and certifies the result; the school plans the practice and bears pay and "
            "insurance meanwhile. The teachers observe the enterprise's rules on safety and secrecy."
        ),
    ),
    "mutual_appointment": Clause(
        zh=(
            "校企双方选派管理人员、教师和技术人员相互兼职、相互聘任，人事关系不变。"
            "岗位职责、工作时间和待遇在聘书中写明，并按各自的人事和廉政规定办理审批；"
            "双方每年对互聘人员共同考核。"
        ),
        en=(
            "The school and the enterprise appoint each other's managers, teachers and engineers to part-time "
            "posts without change of employer. Letters of appointment state duties, hours and pay, subject to "
            "the approval that each side's rules require; both appraise those appointed once a year."
        ),
    ),
    "joint_rnd": Clause(
        zh=(
            "校企双方围绕企业方的技术问题和产业需求，共同申报课题，开展技术攻关、成果转化和技术服务。"
            "每个项目另行签订合同，写明目标、经费、进度、验收和知识产权归属。"
            "合作前各自已有的知识产权仍归各自所有。"
        ),
        en=(
            "On the technical problems of the enterprise and the needs of its industry, the school and the "
            "enterprise apply for research projects, solve problems, transfer results and render technical "
            "services. Each project has a contract of its own stating aim, funds, schedule, acceptance and "
            "intellectual property. What each owned before remains its own."
        ),
    ),
}


def cooperation_clause(code: str, language: Language) -> str:
    """Return the standard clause of a cooperation kind; that of GENERIC if the kind has none of its own."""
    return COOPERATION_CLAUSES.get(code, GENERIC).text(language)
