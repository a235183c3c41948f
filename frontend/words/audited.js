/**
 * What the audit log tells of: each noun with its word, and its actions in words. Generated from
 * spec/ (x-audit) by scripts/generate_audit_words.py; not edited by hand.
 * @module
 */

/** @typedef {{word: string, actions: Record<string, string>}} Audited */

/** In the order of their words. @type {Record<string, Audited>} */
export const AUDITED = {
  alert: {
    word: "Alert",
    actions: {
      "alert.acknowledged": "Acknowledged alert",
      "alert.reopened": "Took back that an alert was seen",
      "alert.snoozed": "Snoozed alert",
      "alert.assigned": "Assigned alert",
    },
  },
  alert_rule: {
    word: "Alert rule",
    actions: {
      "alert_rule.created": "Created alert rule",
      "alert_rule.updated": "Changed alert rule",
    },
  },
  dex_read: {
    word: "Audit",
    actions: {
      "dex_read.received": "Received an audit",
      "dex_read.assigned": "Assigned an audit",
      "dex_read.accepted": "Accepted an audit",
      "dex_read.released": "Found an audit not damaged after all",
    },
  },
  backup: {
    word: "Backup",
    actions: {
      "backup.restored": "Restored a backup",
    },
  },
  cabinet: {
    word: "Cabinet",
    actions: {
      "planogram.changed": "Changed planogram",
    },
  },
  cabinet_type: {
    word: "Cabinet type",
    actions: {
      "cabinet_type.created": "Created cabinet type",
      "cabinet_type.updated": "Changed cabinet type",
    },
  },
  mass_change: {
    word: "Change of many",
    actions: {
      "mass_change.created": "Changed many at once",
      "mass_change.undone": "Took a change of many back",
    },
  },
  device: {
    word: "Device",
    actions: {
      "device.created": "Created device",
      "device.updated": "Changed device",
      "device.archived": "Archived device",
      "device.restored": "Restored device",
      "device.cabinet_added": "Added a cabinet",
      "device.cabinet_removed": "Removed a cabinet",
      "device.serial_learned": "Learned the serial",
      "device.counters_pair_learned": "Learned which counters count",
      "device.books_derived_again": "Derived the books again",
    },
  },
  device_type: {
    word: "Device type",
    actions: {
      "device_type.created": "Created device type",
      "device_type.updated": "Changed device type",
    },
  },
  export: {
    word: "Exported file",
    actions: {
      "export.everything_asked": "Asked for everything",
      "export.created": "Asked for a file",
      "export.removed": "Removed a file",
    },
  },
  import: {
    word: "Import",
    actions: {
      "import.created": "Sent a file to import",
      "import.updated": "Read a file to import anew",
      "import.removed": "Removed a file to import",
      "import.run": "Asked to import a file",
      "import.withdrawn": "Asked to take an import back",
      "import.done": "Imported a file",
      "import.taken_back": "Took an import back",
    },
  },
  job: {
    word: "Job",
    actions: {
      "job.cancelled": "Cancelled job",
      "job.retried": "Tried job again",
    },
  },
  audit_key: {
    word: "Key of the audit log",
    actions: {
      "audit_key.created": "Began a key of the audit log",
    },
  },
  signing_key: {
    word: "Key that signs tokens",
    actions: {
      "signing_key.created": "Began a key that signs tokens",
    },
  },
  location: {
    word: "Location",
    actions: {
      "location.created": "Created location",
      "location.updated": "Changed location",
    },
  },
  file: {
    word: "Photo",
    actions: {
      "file.created": "Added a photo",
      "file.removed": "Removed a photo",
      "file.restored": "Brought a photo back",
    },
  },
  planned_change: {
    word: "Planned change",
    actions: {
      "planned_change.created": "Planned a change of many",
      "planned_change.cancelled": "Took a planned change back",
      "planned_change.failed": "Planned change failed",
    },
  },
  product: {
    word: "Product",
    actions: {
      "product.created": "Created product",
      "product.updated": "Changed product",
      "product.slots_replace": "Replaced a product in its slots",
      "product.slots_sell_out": "Lets a product sell out",
      "product.slots_refill": "Lets a product be refilled again",
      "product.slots_price": "Changed the price of a product's slots",
      "product.slots_undone": "Took a change of a product's slots back",
    },
  },
  recurring_visit: {
    word: "Recurring visit",
    actions: {
      "recurring_visit.created": "Created recurring visit",
      "recurring_visit.updated": "Changed recurring visit",
      "recurring_visit.day_changed": "Changed a day of a recurring visit",
    },
  },
  quarantined_file: {
    word: "Refused file",
    actions: {
      "quarantined_file.deleted": "Deleted a refused file",
      "quarantined_file.received": "Kept a refused file",
      "quarantined_file.dropped": "Dropped an old refused file",
    },
  },
  route: {
    word: "Route",
    actions: {
      "route.created": "Created route",
      "route.updated": "Changed route",
    },
  },
  saved_view: {
    word: "Saved view",
    actions: {
      "saved_view.created": "Saved view",
      "saved_view.updated": "Changed saved view",
      "saved_view.removed": "Removed saved view",
      "saved_view.restored": "Brought back saved view",
    },
  },
  schedule: {
    word: "Schedule",
    actions: {
      "schedule.updated": "Changed schedule",
    },
  },
  service_order: {
    word: "Service order",
    actions: {
      "service_order.created": "Created order",
      "service_order.updated": "Changed order",
      "service_order.loaded": "Loaded order again",
      "service_order.assigned": "Assigned order",
      "service_order.cancelled": "Cancelled order",
      "service_order.started": "Started order",
      "service_order.completed": "Completed order",
      "service_order.set_back": "Set order back",
    },
  },
  settings: {
    word: "Settings",
    actions: {
      "first_steps.hidden": "Put the first steps away",
      "first_steps.shown": "Took the first steps out again",
      "settings.updated": "Changed the settings",
      "example.loaded": "Loaded the example fleet",
      "sign_in_rule.updated": "Changed who needs a second factor",
    },
  },
  skip: {
    word: "Skipped stop",
    actions: {
      "skip.created": "Skipped a stop",
      "skip.taken_back": "Took a skipped stop back",
    },
  },
  ticket: {
    word: "Ticket",
    actions: {
      "ticket.created": "Wrote a ticket",
      "ticket.opened": "Opened a ticket of a fault",
      "ticket.joined": "Made two tickets of a fault one",
      "ticket.updated": "Changed a ticket",
      "ticket.commented": "Said something of a ticket",
    },
  },
  user: {
    word: "User",
    actions: {
      "api_key.created": "Made an API key",
      "session.created": "Signed in",
      "session.deleted": "Signed out",
      "user.password_changed": "Chose a new password",
      "user.erased": "Erased a person",
      "passkey.created": "Made a passkey",
      "passkey.updated": "Renamed a passkey",
      "passkey.removed": "Removed a passkey",
      "second_factor.confirmed": "Set up a second factor",
      "second_factor.removed": "Took the second factor away",
      "second_factor.codes_renewed": "Made new recovery codes",
      "second_factor.reset": "Reset a second factor",
      "token_family.created": "Began tokens for a program",
      "user.created": "Created user",
      "user.updated": "Changed user",
      "user.password_reset": "Reset a password",
      "api_key.revoked": "Revoked an API key",
      "session.ended": "Ended sessions from elsewhere",
      "passkey.counted_back": "Refused a passkey that counted back, and may be a copy",
      "user.linked": "Linked with who signs in by the provider",
      "user.unlinked": "Ended the link with who signed in by the provider",
      "token_family.ended": "Ended the tokens of a program",
      "token_family.reused": "Ended the tokens of a program: one of them was used a second time",
      "user.locked": "Has to wait after failed sign-ins",
      "user.unlocked": "Let somebody try to sign in at once",
    },
  },
  visit: {
    word: "Visit",
    actions: {
      "visit.created": "Carried out a visit",
      "visit.differences_seen": "Saw how counts differ",
      "visit.differences_unseen": "Made differing counts news again",
      "visit.reversed": "Reversed a visit",
    },
  },
  webhook: {
    word: "Webhook",
    actions: {
      "webhook.replayed": "Replayed deliveries of webhook",
      "webhook.created": "Created webhook",
      "webhook.updated": "Changed webhook",
      "webhook.removed": "Removed webhook",
      "webhook.secret_replaced": "Replaced secret of webhook",
      "webhook.tested": "Sent a test to webhook",
      "webhook.resumed": "Resumed webhook",
    },
  },
  webhook_delivery: {
    word: "Webhook delivery",
    actions: {
      "webhook_delivery.replayed": "Replayed webhook delivery",
    },
  },
  retention: {
    word: "What is kept",
    actions: {
      "retention.updated": "Changed how long things are kept",
      "retention.removed": "Removed what was past its time",
    },
  },
};
