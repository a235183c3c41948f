import { api, byId, fill, h, icon, link, number, onChanged, start, time } from "../../page/page.js";
import { copyButton } from "../../components/copy/copy.js";
import { empty } from "../../components/empty/empty.js";
import { status } from "../../components/status/status.js";
import { Table } from "../../components/table/table.js";
import { KINDS, standingOf } from "../../words/source-words.js";

/** @typedef {import("../../api.js").Schemas["DexSource"]} DexSource */
/** @typedef {import("../../api.js").Schemas["DexSources"]} DexSources */

const table = byId("sources", Table);
/** For as long a worker that looks after a folder says nothing before it counts as gone. */
const SILENT_AFTER_MS = 15 * 60 * 1000;

/** @type {import("../../components/table/table.js").Column<DexSource>[]} */
const COLUMNS = [
  {
    label: "Source",
    phone: "title",
    cell: ({ id, name, kind }) => [
      link(`/dex?source_id=${id}`, name),
      name !== KINDS[kind] && h("span", { class: "muted" }, `  ${KINDS[kind]}`),
    ],
  },
  { label: "State", width: "165px", phone: "end", cell: (source) => status(...standingOf(source)) },
  { label: "Last seen", width: "115px", cell: ({ last_seen_at }) => time(last_seen_at) },
  figure("Today", ({ today }) => today),
  figure("7 days", ({ week }) => week),
  figure("In all", ({ total }) => total),
  figure("Waited", ({ waiting }) => waiting),
  figure("Refused", ({ refused }) => refused),
  {
    label: "Last error",
    width: "20%",
    phone: "detail",
    cell: ({ last_error }) => last_error && h("span", { class: "muted" }, last_error),
  },
];

/** @param {string} label @param {(source: DexSource) => number} of */
function figure(label, of) {
  return {
    label,
    number: true,
    width: "68px",
    phone: /** @type {const} */ ("hide"),
    cell: (/** @type {DexSource} */ source) => number(of(source)),
  };
}

start(() => {
  table.columns = COLUMNS;
  table.empty = () =>
    empty({
      icon: "download",
      heading: "Nothing has come in yet",
      text: "Connect a gateway in one of the ways below, or upload an audit on the DEX page.",
    });
  table.source = async ({ signal }) => {
    const found = await api.dex_source_service.list_dex_sources(undefined, { signal });
    showInbox(found.inbox);
    showWays(found.inbox);
    return { items: found.items, next_cursor: null };
  };
  onChanged(["dex_read", "everything"], () => table.refresh());
});

/** What is wrong with the watched folder. @param {DexSources["inbox"]} inbox */
function showInbox(inbox) {
  const isSilent = inbox && Date.now() - Date.parse(inbox.looked_at) > SILENT_AFTER_MS;
  const problem =
    inbox?.problem ?? (isSilent && "Nobody looks into the inbox: no worker of jobs is running.");
  fill(byId("inbox"), problem && h("p", null, status("bad", "Inbox"), " ", problem));
}

/** @param {DexSources["inbox"]} inbox */
function showWays(inbox) {
  const { origin } = window.location;
  const curl = (/** @type {string} */ path, /** @type {string} */ file) =>
    `curl -H "Authorization: Bearer KEY" -F file=@${file} ${origin}${path}`;
  fill(
    byId("connect"),
    h(
      "li",
      null,
      h("h3", null, "By an API key"),
      h(
        "p",
        null,
        "Make a key that may only send audits, and put it in the place of KEY. One audit:",
      ),
      command("Copy the command for one audit", curl("/api/dex-reads", "audit.dex")),
      h("p", null, "Many at once, as a zip of up to 50 MiB:"),
      command("Copy the command for many", curl("/api/dex-batches", "audits.zip")),
      h("a", { class: "button", href: "/#/profile" }, icon("key-round"), "Make a key"),
    ),
    h("li", null, h("h3", null, "By a folder"), inbox ? folder(inbox.folder) : noFolder()),
  );
}

/** @param {string} label @param {string} text */
const command = (label, text) => [
  h("pre", { tabindex: 0, "aria-label": label.replace("Copy the", "The") }, text),
  copyButton(label, text),
];

/** @param {string} path */
const folder = (path) => [
  h(
    "p",
    null,
    "Let the gateway drop its files here, also by SFTP. A folder in it for each gateway makes it a source of its own.",
  ),
  command("Copy the folder", path),
];

const noFolder = () => [
  h(
    "p",
    null,
    "No folder is watched. An administrator sets CVD_INBOX to one and restarts CVD; what is dropped " +
      "there is then booked by itself.",
  ),
];
