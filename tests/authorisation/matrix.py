"""Who may open which address: a letter an actor of `world.ACTORS`; an address that is not listed fails the test.

`-` is a visitor who has not signed in, `R` the case's reporter, `T` another reporter, `S` the supervisor, `E` the
case's engineer, `O` another engineer, `M` the manager, `D` the administrator, `U` the auditor.
"""

ALL, SIGNED_IN = "-RTSEOMDU", "RTSEOMDU"
ADMIN, STAFF, CASE, OWN = "D", "SEOM", "SEM", "RSEM"

MATRIX: dict[str, str] = {}


def _open(who: str, *routes: str) -> None:
    for route in routes:
        methods, _, path = route.rpartition(" ")
        for method in (methods or "GET").split("|"):
            assert f"{method} {path}" not in MATRIX, path
            MATRIX[f"{method} {path}"] = who


_open(
    ALL,
    "/", "/help", "/privacy", "/accessibility", "/sitemap", "/healthz", "/readyz", "/static/<path:filename>",
    "/widget.js", "/guide/<key>", "/systems/<key>/guide", "GET|POST /login", "POST /logout", "POST /me/locale",
    "POST /me/theme",
    "GET|POST /report", "POST /report/draft", "POST /report/draft/<int:draft_id>/forget", "GET|POST /i",
    "GET|POST /login/link", "/kb", "/kb/<int:article_id>", "/known", "/known/<int:known_id>", "POST /report/suggest",
    "POST /report/look", "POST /kb/<int:article_id>/helpful", "POST /kb/<int:article_id>/solved",
    "POST /known/<int:known_id>/me-too",
)  # fmt: skip
_open(
    SIGNED_IN,
    "/return-flow", "/return-flow.csv", "/opinions",
    "/shortcuts", "/search", "/my", "/today", "/notifications", "POST /notifications/seen", "/systems",
    "/systems/<key>", "/systems/<key>/poster", "/training", "/escalations", "GET|POST /me", "GET|POST /me/absence",
    "GET|POST /me/notifications", "POST /me/absence/end", "/inspections", "/inspections.csv", "GET|POST /me/security",
    "POST /me/security/sessions", "POST /me/security/tokens",
)  # fmt: skip
_open(
    ADMIN,
    "/metrics", "/admin", "POST /admin/backup", "/admin/letters", "POST /admin/letters/<int:letter_id>/retry",
    "/admin/statutory", "GET|POST /admin/statutory/new", "POST /admin/statutory/profile", "POST /admin/statutory/undo",
    "/admin/tools", "GET|POST /admin/tools/new",
    "/admin/chase", "POST /admin/chase/preset", "GET|POST /admin/chase/draft", "/admin/sla",
    "/admin/calendar", "GET|POST /admin/calendar/<int:calendar_id>", "GET|POST /admin/calendar/<int:calendar_id>/hours",
    "POST /admin/calendar/<int:calendar_id>/default", "GET|POST /admin/calendar/<int:calendar_id>/hours/new",
    "/admin/calendar/<int:calendar_id>/year/<int:year>", "GET|POST /admin/calendar/days/new",
    "GET|POST /admin/calendar/new",
    "/admin/proposals", "/admin/widgets", "GET|POST /admin/widgets/new", "GET|POST /admin/widgets/<int:widget_id>",
    "POST /admin/widgets/<int:widget_id>/revoke", "POST /admin/widgets/<int:widget_id>/restore",
    "GET|POST /admin/organisation", "GET|POST /admin/form", "POST /admin/form/shipped",
    "/admin/scheduler", "POST /admin/scheduler/resume", "POST /admin/scheduler/release",
    "POST /admin/scheduler/hold", "GET|POST /admin/start/finish",
    "GET|POST /admin/start/organisation", "GET|POST /admin/start/people", "GET|POST /admin/start/system",
    "/admin/styleguide", "/admin/systems", "GET|POST /admin/systems/<key>", "GET|POST /admin/systems/new",
    "GET|POST /admin/systems/<key>/versions/<int:version_id>",
    "POST /admin/systems/<key>/versions/<int:version_id>/current", "GET|POST /admin/systems/<key>/versions/new",
    "GET|POST /admin/teams", "GET|POST /admin/teams/<int:team_id>", "/admin/tokens", "GET|POST /admin/units",
    "GET|POST /admin/units/<int:unit_id>", "POST /admin/units/<int:unit_id>/delete", "/admin/users",
    "GET|POST /admin/users/<int:person_id>", "POST /admin/users/<int:person_id>/active",
    "POST /admin/users/<int:person_id>/link", "POST /admin/users/<int:person_id>/rights",
    "POST /admin/users/<int:person_id>/sessions", "GET|POST /admin/users/import", "/admin/users/import/example.csv",
    "GET|POST /admin/users/new",
)  # fmt: skip
_open(
    "SMD",
    "/people", "GET|POST /people/<int:person_id>/absence", "POST /people/<int:person_id>/absence/end", "/training/log",
    "GET|POST /training/new", "/training/who", "GET|POST /training/who/<key>", "/training/who/<key>.csv",
)  # fmt: skip
_open(
    "SEOMD",
    "/duty", "/duty/<int:rota_id>", "/duty/<int:rota_id>/calendar.ics", "POST /duty/feed", "POST /duty/feed/revoke",
)  # fmt: skip
_open("SD", "GET|POST /duty/new", "GET|POST /duty/<int:rota_id>/edit", "POST /duty/<int:rota_id>/override")
_open(
    "S",
    "GET|POST /inspections/new", "GET|POST /inspections/plans/<int:plan_id>/edit",
    *(f"POST /inspections/plans/<int:plan_id>/{verb}" for verb in ("pause", "resume", "end")),
    "POST /inspections/rounds/<int:round_id>/miss",
)  # fmt: skip
_open("SEM", "/inspections/plans/<int:plan_id>", "/inspections/rounds/<int:round_id>")
_open("SE", "POST /inspections/rounds/<int:round_id>",
      "POST /inspections/rounds/<int:round_id>/results/<int:result_id>/issue")  # fmt: skip
# The rota's members are the engineer of the case and another.
_open("EO", "POST /duty/<int:rota_id>/swap")
_open("SM", "/approvals", "/dashboard", "/dashboard/cases", "POST /follow-up/<int:clock_id>/chase",
      "GET|POST /follow-up/<int:clock_id>/postpone")  # fmt: skip
_open("SM", "GET|POST /systems/<key>/model-change")
_open("SM", "/decisions", "/decisions/<number>")
_open("S", "POST /decisions/<number>/ask")
_open(
    "SM",
    "/statutory",
    "/statutory/<number>/report",
    "/statutory/<number>/draft",
    "POST /statutory/<number>/notices",
    "POST /statutory/<number>/hold",
    "/statutory/<number>",
    "POST /statutory/<number>/facts",
    "POST /statutory/<number>/follow",
)
_open("M", "GET|POST /systems/<key>/suspension",
      *(f"POST /decisions/<number>/{kind}" for kind in
        ("more_time", "reassign", "suspend", "accept_risk")))  # fmt: skip
_open("SD", "/admin/macros", "GET|POST /admin/macros/new")
_open("MDU", "/audit")
_open("SMU", "/register", "/records/<number>/versions")
_open("SEOMD", "GET /systems/<key>/artefacts")
_open("SMD", "POST /systems/<key>/artefacts")
_open(STAFF, "/follow-up")
_open(
    "S",
    "/inbox", "/inbox/triage", "/inbox/mine", "/inbox/due", "/inbox/confirming", "/inbox/waiting", "/inbox/escalated",
    "/inbox/snoozed", "/inbox/all", "/inbox/alike/<number>", "/inbox/next", "/views", "GET|POST /views/new",
    *(f"/inbox/live/{view}" for view in
      ("triage", "mine", "due", "confirming", "waiting", "escalated", "snoozed", "all")),
    "POST /issues/<number>/classify", "GET|POST /issues/<number>/snooze", "POST /issues/<number>/wake",
    "/issues/<number>/macros", "/inbox/preview/<number>",
    *(f"POST /inbox/bulk/{act}" for act in
      ("accept", "take", "assign", "merge", "answer", "close", "snooze", "decide")),
    "/escalate",
    *(f"GET|POST /issues/<number>/{verb}" for verb in
      ("accept", "ask", "confirm", "answer", "escalate", "close", "merge", "edit")),
    *(f"GET|POST /records/<number>/{verb}" for verb in
      ("open", "assign", "ask_user", "review", "conclude", "back", "watch", "close", "reissue", "hold", "resume",
       "cancel", "follow", "unfollow")),
    "POST /records/<number>/form",
)  # fmt: skip
_open(
    "RS",
    *(f"GET|POST /issues/<number>/{verb}" for verb in ("reply", "solved", "unsolved", "reopen", "withdraw")),
)
_open(OWN, "/issues/<number>", "/issues/<number>/calendar.ics", "GET|POST /issues/<number>/note",
      "POST /issues/<number>/follow", "POST /issues/<number>/unfollow", "POST /issues/<number>/me-too")  # fmt: skip
_open("S", *(f"GET|POST /issues/<number>/{act}" for act in
             ("assign", "contact", "links", "restrict", "unrestrict", "split",
              "messages/<int:message_id>/mask")))  # fmt: skip
_open("S", "POST /issues/<number>/adopt", "GET|POST /issues/<number>/need",
      *(f"POST /issues/<number>/adopt/{field}/undo" for field in ("issue_kind", "severity")))  # fmt: skip
_open("SEOM", "/needs", "/needs.csv", "POST /presence")
_open(
    "S",
    "GET|POST /kb/new", "GET|POST /kb/<int:article_id>/edit", "/kb/<int:article_id>/versions", "GET|POST /known/new",
    *(f"POST /kb/<int:article_id>/{verb}" for verb in ("ask", "review", "publish", "check", "withdraw", "restore")),
    "GET|POST /known/<int:known_id>/edit", "GET|POST /known/<int:known_id>/solve", "/known/<int:known_id>/versions",
    *(f"POST /known/<int:known_id>/{verb}" for verb in ("publish", "withdraw", "restore", "reopen", "link", "unlink")),
)  # fmt: skip
_open(CASE, "/escalations/<int:escalation_id>", "/chases", "/issues/<number>/similar")
_open("SEMU", "/records/<number>", "/records/<number>/print", "/records/<number>/export",
      *(f"/records/<number>/outward/{kind}" for kind in ("oecd", "aiid", "avid")))  # fmt: skip
_open("SEOMU", "/records", "/records/codes")
_open("SEOM", "/library", "/library/avid")
_open("S", "GET|POST /imports", "/imports/example.csv")
_open("SMU", "GET|POST /jobs")
_open("SE", "GET|POST /records/<number>/return", "GET|POST /records/<number>/verify")
_open("E", *(f"GET|POST /records/<number>/{verb}" for verb in ("acknowledge", "fix")),
      *(f"POST /escalations/<int:escalation_id>/{verb}" for verb in
        ("acknowledge", "update", "question", "return", "correct")))  # fmt: skip
_open("S", *(f"POST /escalations/<int:escalation_id>/{verb}" for verb in ("answer", "reassign")))
_open("SM", "GET|POST /records/<number>/sign", "/records/<number>/similar")
_open(STAFF, "/lessons")
_open(CASE, "GET|POST /records/<number>/opinions/ask")

# Where the thing named in the address is made by one test for that room: the file that tries each actor there.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(
        ["GET /imports/<int:run_id>", "GET /imports/<int:run_id>/found.csv", "POST /imports/<int:run_id>/reading",
         "POST /imports/<int:run_id>/columns",
         *(f"POST /imports/<int:run_id>/{verb}" for verb in ("start", "undo", "drop"))],
        "tests/imports"),
    **dict.fromkeys(
        ["GET /inbox/bulk/<int:batch_id>",
         *(f"POST /inbox/bulk/<int:batch_id>/{verb}" for verb in ("stop", "undo", "again"))],
        "tests/triage"),
    **dict.fromkeys(
        ["GET /views/<int:view_id>", "POST /views/<int:view_id>",
         *(f"POST /views/<int:view_id>/{what}" for what in ("up", "remove", "restore")),
         "GET /admin/macros/<int:macro_id>", "POST /admin/macros/<int:macro_id>",
         *(f"POST /admin/macros/<int:macro_id>/{what}" for what in ("remove", "restore"))],
        "tests/triage"),
    **dict.fromkeys(["GET /issues/<number>/undo/<int:seq>", "POST /issues/<number>/undo/<int:seq>"], "tests/issues"),
    **dict.fromkeys(
        ["GET /library/<number>", "GET /library/<number>/avid", "POST /library/<number>/answer",
         "POST /library/<number>/type"],
        "tests/library"),
    **dict.fromkeys(
        [*(f"GET /admin/form/<int:version_id>{rest}" for rest in ("", "/file", "/preview")),
         "POST /admin/form/<int:version_id>/use"],
        "tests/exports"),
    **dict.fromkeys(
        ["GET /jobs/<int:bundle_id>", "GET /jobs/<int:bundle_id>/file", "POST /jobs/<int:bundle_id>/cancel"],
        "tests/exports"),
    "GET /inspections/rounds/<int:round_id>/files/<int:file_id>": "tests/inspections",
    **dict.fromkeys(
        ["GET /duty/feed/<secret>.ics", "GET /duty/feed/<secret>/<int:rota_id>.ics",
         "POST /duty/<int:rota_id>/override/<int:override_id>/undo",
         *(f"POST /duty/<int:rota_id>/swap/<int:swap_id>/{verb}" for verb in ("accept", "decline", "cancel"))],
        "tests/duty"),
    **dict.fromkeys(
        [f"GET /i/<secret>{rest}" for rest in
         ("", "/reply", "/solved", "/unsolved", "/reopen", "/withdraw", "/note", "/reminders", "/calendar.ics",
          "/files/<int:file_id>")]
        + [f"POST /i/<secret>{rest}" for rest in
           ("/reply", "/solved", "/unsolved", "/reopen", "/withdraw", "/note", "/contact", "/reminders", "/resend")],
        "tests/issues"),
    **dict.fromkeys(
        ["GET /e/<secret>", *(f"POST /e/<secret>/{verb}" for verb in
                              ("acknowledge", "update", "question", "return", "correct", "deputy")),
         "POST /escalations/<int:escalation_id>/pass-on/<int:note_id>"],
        "tests/escalations"),
    **dict.fromkeys(
        ["GET /issues/<number>/files/<int:file_id>", "GET /issues/<number>/files/<int:file_id>/mask",
         "POST /issues/<number>/files/<int:file_id>/mask", "GET /issues/<number>/files/<int:file_id>/transcript",
         "POST /issues/<number>/files/<int:file_id>/transcript",
         "GET /issues/<number>/messages/<int:message_id>/original"],
        "tests/issues"),
    **dict.fromkeys(
        [f"{method} /admin/chase/{path}" for method in ("GET", "POST") for path in
         ("draft/rules/<int:at>", "draft/rules/<int:at>/except", "draft/activate", "versions/<ref>/activate")]
        + ["POST /admin/chase/draft/rules/<int:at>/delete", "POST /admin/chase/draft/drop", "POST /admin/chase/undo",
           "GET /admin/chase/versions/<ref>", "POST /admin/chase/draft/try/today", "POST /admin/chase/draft/try/past",
           "GET /admin/chase/trials/<int:trial_id>", "POST /admin/chase/trials/<int:trial_id>"],
        "tests/policies"),
    "GET /report/draft/<int:draft_id>": "tests/issues",
    "POST /decisions/<int:decision_id>/take-back": "tests/decisions",
    **dict.fromkeys(
        ["POST /hooks/<key>", "GET /admin/tools/<key>", "POST /admin/tools/<key>",
         *(f"POST /admin/tools/<key>/{act}" for act in ("rotate", "end_old", "off", "on"))],
        "tests/tickets"),
    **dict.fromkeys(
        [f"POST /statutory/clocks/<int:law_id>/{verb}" for verb in ("told", "waive", "toll", "take_back")]
        + [f"POST /statutory/holds/<int:hold_id>/{verb}" for verb in ("end", "override")]
        + ["POST /statutory/notices/<int:notice_id>/withdraw",
           "GET /statutory/notices/<int:notice_id>/files/<int:file_id>",
           "GET /admin/statutory/rules/<name>", "POST /admin/statutory/rules/<name>",
           *(f"POST /admin/statutory/rules/<name>/{act}" for act in ("on", "off", "restore"))],
        "tests/statutory"),
    **dict.fromkeys(["GET /unsubscribe/<token>", "POST /unsubscribe/<token>"], "tests/hours"),
    **dict.fromkeys(
        ["GET /admin/calendar/<int:calendar_id>/hours/<int:hours_id>",
         "POST /admin/calendar/<int:calendar_id>/hours/<int:hours_id>",
         "POST /admin/calendar/<int:calendar_id>/hours/<int:hours_id>/delete",
         "POST /admin/calendar/<int:calendar_id>/delete", "POST /admin/calendar/days/<int:day_id>/delete"],
        "tests/hours"),
    **dict.fromkeys(
        ["GET /escalations/together", *(f"POST /escalations/together/{verb}" for verb in
                                        ("acknowledge", "update", "correct", "undo")),
         "POST /escalations/<int:escalation_id>/references", "POST /model-changes/<int:change_id>/withdraw",
         *(f"POST /escalations/<int:escalation_id>/references/<int:reference_id>/{act}" for act in
           ("status", "remove", "restore", "mean", "look")),
         "POST /e/<secret>/references",
         *(f"POST /e/<secret>/references/<int:reference_id>/{act}" for act in ("status", "remove", "restore")),
         "GET /rechecks/<int:recheck_id>", "POST /rechecks/<int:recheck_id>"],
        "tests/escalations"),
    **dict.fromkeys(
        ["POST /return-flow/<number>/<cause>", "GET /systems/<key>/artefacts/<int:artefact_id>",
         "POST /systems/<key>/artefacts/<int:artefact_id>"],
        "tests/returnflow"),
    **dict.fromkeys([f"POST /lessons/<number>/{act}" for act in ("read", "unread", "remind")], "tests/lessons"),
    **dict.fromkeys(
        ["GET /opinions/<int:opinion_id>", "POST /opinions/<int:opinion_id>/answer",
         "POST /opinions/<int:opinion_id>/withdraw", "POST /opinions/<int:opinion_id>/move",
         "GET /o/<secret>", "POST /o/<secret>/answer"],
        "tests/opinions"),
    **dict.fromkeys(
        ["POST /records/<number>/files", "GET /records/<number>/files/<int:file_id>",
         "POST /records/<number>/files/<int:file_id>/remove", "GET /records/<number>/files/<int:file_id>/transcript",
         "POST /records/<number>/files/<int:file_id>/transcript"],
        "tests/records"),
    **dict.fromkeys(["POST /records/<number>/save", "POST /records/<number>/checks/<int:check_id>"], "tests/records"),
    **dict.fromkeys(
        ["GET /login/link/<token>", "POST /login/link/<token>", "GET /setup/<token>",
         "GET /setup/<token>/administrator", "POST /setup/<token>/administrator",
         "POST /me/security/tokens/<int:token_id>/revoke", "POST /admin/tokens/<int:token_id>/revoke",
         "POST /admin/users/<int:person_id>/rights/<int:right_id>/remove", "GET /admin/users/import/<int:job_id>",
         "POST /admin/users/import/<int:job_id>"],
        "tests/accounts"),
    **dict.fromkeys(
        ["POST /systems/<key>/guide/read", "GET /systems/<key>/poster/check", "POST /systems/<key>/poster/check"],
        "tests/systems"),
    **dict.fromkeys(
        ["GET /training/<int:session_id>", "GET /training/<int:session_id>/edit",
         "POST /training/<int:session_id>/edit", "GET /training/<int:session_id>/files/<int:file_id>",
         "POST /training/who/<key>/<int:row_id>/remove"],
        "tests/training"),
}  # fmt: skip
