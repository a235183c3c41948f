"""The contract: what spec/ says, made executable.

Loads spec/<area>/*.yaml (OpenAPI 3.1, a file per noun) into one document and each
operation of it into an `Operation`: its path, its roles, its compiled
validators and, once bound, the service function it names.

`webhooks` at the top of a file are the events that other programs are told of: of their data the
required properties are for everybody, the others for webhooks that see everything.

Extensions used in spec/:
    x-roles         [admin, …] | signed-in | anyone; an operation without it does not start
    x-owned-by      [route, service_order]: a driver may use it only for what is on a route or an
                    order of their own (one of these is enough); anything else is absent to them;
                    [user]: everybody only what is their own account's
    x-scopes        [fleet:write, …]: any of these lets an API key use the operation; [] none does.
                    Left out: the area and read or write, such as fleet:read
    x-function      module.function that carries the operation out, where that is not the one
                    which its operationId names
    x-transaction   none: the function gets the engine and opens its own transactions
    x-settings      true: the function gets the settings of the installation as its third argument
    x-reads-only    true: a POST that writes nothing runs in a reading transaction
    x-decides-first module.function that refuses on grounds of state; asked before a body of
                    a wrong shape is complained of
    x-figures       the argument that names the devices whose figures the operation shows, or
                    fleet: what of these is due is brought up to date first
    x-waits-for     nothing (needs neither the database nor a hash), hash (of a password) or long
                    (it moves files or decodes images); left out: for the database, as its
                    transaction says
    x-most-bytes    of a requestBody that is a form: its file may have so many bytes, and reaches
                    the function on the disk (results.Spooled) instead of in memory
    x-cost          nothing, reading, writing or costly: which limit a call is counted by; left
                    out: reading for a GET and for what only reads, else writing
    x-before-password-change
                    true: may be used by somebody whose one-time password is still to be changed
    x-before-second-factor
                    true: may be used by somebody whose second factor is still to be set up
    x-origin        true: the actor says by which address they came, as an operation of no role
                    always hears
    x-keeps-answer  false: the same request sent twice is carried out twice, its answer is not
                    kept under its Idempotency-Key; stated wherever a password is in the body
    x-sheet         what answers the spreadsheet which `format` asks for (results.Sheet): the name
                    of its file and the properties of the list that are its columns, or
                    module.function. One that is long is written by a job instead
    x-words         of a property of a list: the words of the audit log (actions or nouns) that
                    its spreadsheet shows in place of its values
    x-audit         {product.created: Created product}: what the operation leaves in the audit log,
                    in words; {noun: user, words: Signed in} where the entry is of another noun
                    than the action is named for. At the top of a file its `nouns` in words, and
                    the `actions` that no single operation leaves
    x-refusals      under info: what each status of a problem means
    x-jobs          at the top of a file: the kinds of jobs that the noun has, by their names
                    (kinds.py): title, x-function, x-roles (who may ask for one), attempts,
                    backoff_s, arguments (a schema), daily_at or every_minutes, and x-needs
                    (backups or increments) where only some installations have its schedule
"""

from contract import queries, sheets
from contract.audit_words import Action, AuditWords
from contract.kinds import Kind
from contract.loading import SPEC, Contract, current, load
from contract.operations import (
    ANYONE,
    BY_ROLE,
    COSTLY,
    COSTS,
    FORMAT_PARAMETER,
    FREE,
    HASH,
    JSON,
    LONG,
    METHODS,
    MULTIPART,
    NONE,
    NOTHING,
    PAGING_PARAMETERS,
    PROBLEM,
    READING,
    ROLES,
    SHEET_FORMATS,
    SHEET_PARAMETERS,
    SIGNED_IN,
    WRITING,
    Body,
    Column,
    ContractError,
    ListSheet,
    Operation,
    Parameter,
    argument_name,
)
from contract.signatures import (
    function_named,
    function_of,
    function_of_kind,
    sheet_function_of,
)

__all__ = [
    "ANYONE",
    "BY_ROLE",
    "COSTLY",
    "COSTS",
    "FORMAT_PARAMETER",
    "FREE",
    "HASH",
    "JSON",
    "LONG",
    "METHODS",
    "MULTIPART",
    "NONE",
    "NOTHING",
    "PAGING_PARAMETERS",
    "PROBLEM",
    "READING",
    "ROLES",
    "SHEET_FORMATS",
    "SHEET_PARAMETERS",
    "SIGNED_IN",
    "SPEC",
    "WRITING",
    "Action",
    "AuditWords",
    "Body",
    "Column",
    "Contract",
    "ContractError",
    "Kind",
    "ListSheet",
    "Operation",
    "Parameter",
    "argument_name",
    "current",
    "function_named",
    "function_of",
    "function_of_kind",
    "load",
    "queries",
    "sheet_function_of",
    "sheets",
]
