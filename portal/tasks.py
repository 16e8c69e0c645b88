"""What Celery looks for: the tasks of every slice."""

from portal.demands.tasks import expire_demands, settle_names
from portal.jobs.tasks import reconcile, run_job
from portal.notifications.tasks import deliver_notifications

__all__ = ["deliver_notifications", "expire_demands", "reconcile", "run_job", "settle_names"]
