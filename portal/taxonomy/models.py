"""Long-lived code lists as data with an edition: prefix codes, aliases, old → new; no tree library."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class EducationLevel(models.TextChoices):
    """Levels of schooling, lowest first; technician schools teach at the level of secondary ones."""

    SECONDARY = "secondary", _("Secondary vocational")
    TECHNICIAN = "technician", _("Technician")
    JUNIOR_COLLEGE = "junior_college", _("Junior college")
    VOCATIONAL_BACHELOR = "vocational_bachelor", _("Vocational bachelor")
    BACHELOR = "bachelor", _("Bachelor")


class Searchable(models.Model):
    """A row found by what people type (portal.taxonomy.names fills and asks these columns); pinyin also sorts."""

    pinyin = models.CharField(_("pinyin"), max_length=400, blank=True, editable=False)
    initials = models.CharField(_("initials"), max_length=120, blank=True, editable=False)
    search_text = models.TextField(_("names"), blank=True, editable=False)  # in normal form, one a line
    grams = ArrayField(models.CharField(max_length=2), default=list, blank=True, editable=False)

    class Meta:
        abstract = True
        indexes = [
            GinIndex(name="%(class)s_grams", fields=["grams"]),
            models.Index(name="%(class)s_pinyin", fields=["pinyin"], opclasses=["varchar_pattern_ops"]),
            models.Index(name="%(class)s_initials", fields=["initials"], opclasses=["varchar_pattern_ops"]),
        ]


class CodeList(Searchable):
    """A row of an official list: its code is its identity, its edition says from where it comes."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    edition = models.CharField(_("edition"), max_length=40)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta(Searchable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class RegionQuerySet(models.QuerySet["Region"]):
    def provinces(self) -> Self:
        return self.filter(level=1)


class Region(CodeList):
    """Administrative division (GB/T 2260): province, city, county; the first 2, 4, 6 digits are the path."""

    level = models.PositiveSmallIntegerField(_("level"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    full_name = models.CharField(_("full name"), max_length=200, blank=True)  # with province and city

    objects = RegionQuerySet.as_manager()

    class Meta(CodeList.Meta):
        abstract = False
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    @property
    def province_code(self) -> str:
        return self.code[:2] + "0000"

    @property
    def city_code(self) -> str:
        return self.code[:4] + "00"


class Industry(CodeList):
    """National economic industry (GB/T 4754-2017): section, division, group, class."""

    level = models.PositiveSmallIntegerField(_("level"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta(CodeList.Meta):
        abstract = False
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ["code"]


class Occupation(CodeList):
    """Occupation of the national dictionary (2022)."""

    group_name = models.CharField(_("group"), max_length=120)

    class Meta(CodeList.Meta):
        abstract = False
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["code"]


class Certificate(models.Model):
    """Certificate of vocational skill or qualification."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=60)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Major(CodeList):
    """Major of the national catalogues; class and category codes are prefixes of a level's own tree."""

    level = models.CharField(_("level"), max_length=20, choices=EducationLevel)
    category_code = models.CharField(_("category code"), max_length=4)
    category_name = models.CharField(_("category"), max_length=60)
    class_code = models.CharField(_("class code"), max_length=6)
    class_name = models.CharField(_("class"), max_length=60)
    family_code = models.CharField(_("family"), max_length=20, blank=True)  # level-free kinship, see matching.engine

    class Meta(CodeList.Meta):
        abstract = False
        verbose_name = _("major")
        verbose_name_plural = _("majors")
        ordering = ["code"]
        indexes = [
            *CodeList.Meta.indexes,
            models.Index(fields=["class_code"], name="major_class"),
            models.Index(fields=["name"], name="major_name"),
        ]


class Decided(models.Model):
    """What a person decided, with who and when; both empty for what a list says."""

    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class MajorAlias(Decided):
    """Another name of a major: an old name, or a wording that a person decided.

    One that the staff alone decided has no edition; a name of the list that was split has one more decision on it.
    """

    class Kind(models.TextChoices):
        OLD_NAME = "old_name", _("old name")
        DECIDED = "decided", _("decided by staff")

    text = models.CharField(_("text"), max_length=120, db_index=True)
    normalised = models.CharField(max_length=120, db_index=True, editable=False)  # naming.bare_form of the text
    level = models.CharField(_("level"), max_length=20, choices=EducationLevel)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OLD_NAME)
    major = models.ForeignKey(Major, models.PROTECT, related_name="aliases")
    edition = models.CharField(_("edition"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("alias of a major")
        verbose_name_plural = _("aliases of majors")
        constraints = [models.UniqueConstraint(fields=["text", "major"], name="alias_once_per_major")]

    def __str__(self) -> str:
        return f"{self.text} → {self.major_id}"


class SkillQuerySet(models.QuerySet["Skill"]):
    def listed(self) -> Self:
        """Those that can be chosen: not the ones that were made by a decision taken back since."""
        return self.filter(retired_on=None)


class Skill(Searchable):
    """A skill of the curated vocabulary: a course, a post, a certificate, an occupation."""

    class Kind(models.TextChoices):
        COURSE = "course", _("course")
        POST = "post", _("post")
        CERTIFICATE = "certificate", _("certificate")
        OCCUPATION = "occupation", _("occupation")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    majors = models.ManyToManyField(Major, related_name="skills", blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True, editable=False)

    objects = SkillQuerySet.as_manager()

    class Meta(Searchable.Meta):
        abstract = False
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SkillAlias(Decided):
    """A synonym: another wording of a skill. `source` says where the wording was met."""

    text = models.CharField(_("text"), max_length=120)
    normalised = models.CharField(max_length=120, unique=True, editable=False)  # naming.normal_form of the text
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases", verbose_name=_("skill"))
    source = models.CharField(_("source"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("synonym of a skill")
        verbose_name_plural = _("synonyms of skills")

    def __str__(self) -> str:
        return f"{self.text} → {self.skill_id}"


class CooperationKind(models.Model):
    """One of the kinds of school–enterprise cooperation; twelve are fixed, an administrator may add more."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    measures = models.CharField(
        _("what is counted"),
        max_length=60,
        blank=True,
        help_text=_("Words such as students, bases or yuan, with | between them; students lets majors be planned."),
    )
    clause = models.TextField(
        _("standard clause"),
        max_length=4000,
        blank=True,
        help_text=_("Stands in the papers of agreements that agree on this kind. Left empty: the built-in clause."),
    )
    clause_en = models.TextField(_("standard clause in English"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("cooperation kind")
        verbose_name_plural = _("cooperation kinds")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(name="cooperation_kind_code_not_empty", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.name


class LoadedCodeLists(models.Model):
    """One row: the digest of the shipped lists that were loaded last, so that an unchanged start skips them."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(_("digest"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name = _("loaded code lists")
        verbose_name_plural = _("loaded code lists")
        constraints = [models.CheckConstraint(name="loaded_code_lists_single_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.digest
