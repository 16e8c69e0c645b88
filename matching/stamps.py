"""Fingerprints of the rows that lists are made from: another one says that a list is to be made anew.

A fingerprint is the exclusive or of hashes, one for every row that counts together with its version. So it changes with
every change, in whatever order changes arrive, and is the same again only when the rows are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import connection

from matching.engine.bundle import Bundle
from matching.engine.packed import Int64s
from matching.models import EnterpriseRanking, SchoolRanking
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization, OrganizationKind, OrganizationStatus

NOTHING = -1  # the stamp of a ranking of somebody who has nothing to rank any more

_OPEN = ", ".join(f"'{status}'" for status in OPEN_STATUSES)
_SURE = f"'{SupplyState.CONFIRMED}', '{SupplyState.LOCKED}'"
_APPROVED = f"o.status = '{OrganizationStatus.APPROVED}'"
_SELF = "hashtextextended(o.region_id, o.version)"

_ENTERPRISES = f"""
SELECT o.id, {_SELF} # bit_xor(hashint8extended(d.id, (d.version::bigint << 32) | (d.headcount - d.filled))) AS stamp
FROM {Organization._meta.db_table} o JOIN {TalentDemand._meta.db_table} d ON d.enterprise_id = o.id
WHERE o.kind = '{OrganizationKind.ENTERPRISE}' AND {_APPROVED} AND d.status IN ({_OPEN}) AND {{only}}
GROUP BY o.id
"""  # noqa: S608 — of names and constants of ours

_SCHOOLS = f"""
SELECT o.id, {_SELF} # coalesce(offered.stamp, 0) # coalesce(supplied.stamp, 0) AS stamp
FROM {Organization._meta.db_table} o
LEFT JOIN LATERAL (
    SELECT bit_xor(hashint8extended(p.id, (extract(epoch FROM p.updated_at) * 1000000)::bigint)) AS stamp
    FROM {Programme._meta.db_table} p WHERE p.school_id = o.id AND p.is_active
) offered ON true
LEFT JOIN LATERAL (
    SELECT bit_xor(hashint8extended(s.id, (s.graduating_year::bigint << 40) | (s.graduating - s.committed))) AS stamp
    FROM {Programme._meta.db_table} p JOIN {SupplyLine._meta.db_table} s ON s.programme_id = p.id
    WHERE p.school_id = o.id AND p.is_active AND s.state IN ({_SURE})
) supplied ON true
WHERE o.kind = '{OrganizationKind.SCHOOL}' AND {_APPROVED} AND {{only}}
"""  # noqa: S608


@dataclass(frozen=True)
class Stamps(Bundle):
    """ids (n,) ascending: of those that have anything to rank; stamps (n,): their fingerprints."""

    ids: Int64s
    stamps: Int64s

    def of(self, organization: int) -> int | None:
        """The fingerprint of one; None if it has nothing to rank."""
        place = int(np.searchsorted(self.ids, organization))
        found = place < len(self.ids) and self.ids[place] == organization
        return int(self.stamps[place]) if found else None


def enterprise_stamps(enterprise: int | None = None) -> Stamps:
    """Of the approved enterprises with open demands, or of the one."""
    return _stamps(_ENTERPRISES, enterprise)


def school_stamps(school: int | None = None) -> Stamps:
    """Of the approved schools, or of the one."""
    return _stamps(_SCHOOLS, school)


def stale_enterprises() -> list[int]:
    """Ids of the enterprises whose list is missing, was made from other rows, or is of no use any more; ascending."""
    return _stale(_ENTERPRISES, EnterpriseRanking._meta.db_table, "enterprise_id")


def stale_schools() -> list[int]:
    """Ids of the schools of which the same holds."""
    return _stale(_SCHOOLS, SchoolRanking._meta.db_table, "school_id")


def _stamps(query: str, one: int | None) -> Stamps:
    known = query.format(only="true" if one is None else "o.id = %(id)s")
    packed = "SELECT string_agg(int8send(id) || int8send(stamp), ''::bytea) FROM ({}) known"
    with connection.cursor() as cursor:
        cursor.execute(packed.format(known), {"id": one})
        (value,) = cursor.fetchone()
    found = np.frombuffer(value or b"", ">i8").astype(np.int64).reshape(-1, 2)
    found = found[np.argsort(found[:, 0])]
    return Stamps(ids=np.ascontiguousarray(found[:, 0]), stamps=np.ascontiguousarray(found[:, 1]))


def _stale(query: str, table: str, column: str) -> list[int]:
    compared = "SELECT coalesce(known.id, made.{column}) FROM ({known}) known FULL JOIN {table} made "
    compared += (
        "ON made.{column} = known.id WHERE made.stamp IS DISTINCT FROM coalesce(known.stamp, {nothing}) ORDER BY 1"
    )
    with connection.cursor() as cursor:
        known = query.format(only="true")
        cursor.execute(compared.format(column=column, table=table, known=known, nothing=NOTHING))
        return [organization for (organization,) in cursor.fetchall()]
