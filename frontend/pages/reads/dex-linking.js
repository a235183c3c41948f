/**
 * A selection that a machine calls by another name now, linked to the former one by a button, and
 * taken back by another.
 * @module
 */
import { api, changed, h, isolated, toast, toastProblem, units } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {import("../../api.js").Schemas["LinkedSelections"]} Links */
/** @typedef {() => Promise<void>} Done shows the audit as it is now */

/**
 * A button for each selection that seems to be a former one.
 * @param {Read} read
 * @param {Done} done
 */
export function linkButtons({ device_id, reconciliation }, done) {
  const renamed = reconciliation?.renamed ?? [];
  if (device_id === null || renamed.length === 0) return null;
  return h(
    "div",
    { class: "bar" },
    renamed.map(({ selection, formerly, units: sold }) => {
      const button = h(
        "button",
        {
          class: "button",
          type: "button",
          onclick: async () => {
            button.ariaBusy = "true";
            await join(device_id, selection, formerly, done);
            button.ariaBusy = null;
          },
        },
        `${isolated(selection)} is the former ${isolated(formerly)}: book ${units(sold)}`,
      );
      return button;
    }),
  );
}

/**
 * @param {number} device_id
 * @param {string} selection
 * @param {string} formerly
 * @param {Done} done
 */
async function join(device_id, selection, formerly, done) {
  await change(
    device_id,
    (links) => [...links.filter((link) => link.selection !== selection), { selection, formerly }],
    done,
    () => {
      toast(`${isolated(selection)} goes on from ${isolated(formerly)}`, {
        action: "Undo",
        run: () => part(device_id, selection, done),
      });
    },
  );
}

/** @param {number} device_id @param {string} selection @param {Done} done */
async function part(device_id, selection, done) {
  await change(
    device_id,
    (links) => links.filter((link) => link.selection !== selection),
    done,
    () => {
      toast(`${isolated(selection)} is a selection of its own again`);
    },
  );
}

/**
 * Changes what the device links now, whoever changed it last.
 * @param {number} device_id
 * @param {(links: Links) => Links} wanted
 * @param {Done} done
 * @param {() => void} say
 */
async function change(device_id, wanted, done, say) {
  try {
    const { version, linked_selections } = await api.device_service.get_device({ device_id });
    await api.device_service.update_device({
      device_id,
      version,
      linked_selections: wanted(linked_selections),
    });
    changed("dex_read", "sale", "stock", "device");
    say();
    await done();
  } catch (error) {
    toastProblem(error);
  }
}
