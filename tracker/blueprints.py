"""Every blueprint of the product, one line a room; `create_app` registers them in this order."""

from tracker.accounts.views import bp as accounts
from tracker.api.spec import bp as api_spec
from tracker.audit.api import bp as api_audit
from tracker.audit.views import bp as audit
from tracker.dashboards.api import bp as api_dashboards
from tracker.dashboards.views import bp as dashboards
from tracker.decisions.api import bp as api_decisions
from tracker.decisions.views import bp as decisions
from tracker.duty.api import bp as api_duty
from tracker.duty.views import bp as duty
from tracker.escalations.api import bp as api_escalations
from tracker.escalations.views import bp as escalations
from tracker.exports.views import bp as exports
from tracker.followups.api import bp as api_chases
from tracker.followups.views import bp as followups
from tracker.guides.api import bp as api_guides
from tracker.guides.views import bp as guides
from tracker.hours.views import bp as hours
from tracker.imports.views import bp as imports
from tracker.inspections.api import bp as api_inspections
from tracker.inspections.views import bp as inspections
from tracker.issues.api import bp as api_issues
from tracker.issues.views import bp as issues
from tracker.lessons.api import bp as api_lessons
from tracker.lessons.views import bp as lessons
from tracker.library.views import bp as library
from tracker.needs.api import bp as api_needs
from tracker.needs.views import bp as needs
from tracker.opinions.api import bp as api_opinions
from tracker.opinions.views import bp as opinions
from tracker.policies.views import bp as policies
from tracker.presence.views import bp as presence
from tracker.records.api import bp as api_records
from tracker.records.views import bp as records
from tracker.returnflow.api import bp as api_returnflow
from tracker.returnflow.views import bp as returnflow
from tracker.statutory.api import bp as api_statutory
from tracker.statutory.views import bp as statutory
from tracker.systems.api import bp as api_systems
from tracker.systems.views import bp as systems
from tracker.tickets.api import bp as api_tickets
from tracker.tickets.views import bp as tickets
from tracker.training.views import bp as training
from tracker.triage.views import bp as triage
from tracker.web.health import bp as health
from tracker.web.styleguide import bp as styleguide
from tracker.web.views import bp as web
from tracker.widgets.views import bp as widgets

BLUEPRINTS = (
    web,
    health,
    styleguide,
    accounts,
    duty,
    hours,
    systems,
    training,
    issues,
    guides,
    needs,
    presence,
    triage,
    widgets,
    records,
    escalations,
    exports,
    inspections,
    library,
    imports,
    tickets,
    decisions,
    statutory,
    returnflow,
    opinions,
    lessons,
    dashboards,
    audit,
    followups,
    policies,
    api_spec,
    api_systems,
    api_issues,
    api_needs,
    api_guides,
    api_records,
    api_escalations,
    api_decisions,
    api_opinions,
    api_returnflow,
    api_lessons,
    api_statutory,
    api_inspections,
    api_tickets,
    api_duty,
    api_chases,
    api_audit,
    api_dashboards,
)
