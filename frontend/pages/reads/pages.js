/**
 * The pages about what machines report.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/dex",
    page: "dex",
    shows: ["quarantined_file"],
    title: "DEX",
    words: "audits",
    short: "DEX",
    letter: "x",
    icon: "file-up",
    menu: ["Work", 3],
    may: "dex_read_service.create_dex_read",
    or: "dex_read_service.list_dex_reads",
    begins: [
      {
        label: "Upload audits",
        detail: "DEX",
        icon: "upload",
        to: "/dex",
        may: "dex_read_service.create_dex_read",
      },
    ],
  },
  {
    path: "/dex/:dex_read_id",
    shows: ["dex_read"],
    page: "dex-read",
    title: "Audit",
    may: "dex_read_service.get_dex_read",
  },
  {
    path: "/dex/:dex_read_id/installation",
    page: "installation",
    title: "New machine from this audit",
    may: "installation_service.create_installation",
  },
];
