/**
 * What an audit counts for nothing, left out of the books of its machine by a button, and taken
 * back by another.
 * @module
 */
import { api, changed, h, isolated, number, toast, toastProblem } from "../../page/page.js";

/** @typedef {import("../../api.js").Schemas["DexReadDetail"]} Read */
/** @typedef {() => Promise<void>} Done shows the audit as it is now */

const MOST_BUTTONS = 5;

/**
 * A button for each selection that may be ignored, and one for all of them.
 * @param {Read} read
 * @param {Done} done
 */
export function ignoreButtons({ device_id, selections }, done) {
  const codes = selections.filter(({ ignorable }) => ignorable).map(({ selection }) => selection);
  if (device_id === null || codes.length === 0) return null;
  const choices = codes.slice(0, MOST_BUTTONS).map((code) => [code]);
  if (codes.length > 1) choices.push(codes);
  return h(
    "div",
    { class: "bar" },
    choices.map((chosen) => {
      const button = h(
        "button",
        {
          class: "button",
          type: "button",
          onclick: async () => {
            button.ariaBusy = "true";
            await ignore(device_id, chosen, done);
            button.ariaBusy = null;
          },
        },
        `Ignore ${named(chosen)} on this machine`,
      );
      return button;
    }),
  );
}

/** @param {number} device_id @param {string[]} codes @param {Done} done */
async function ignore(device_id, codes, done) {
  await change(
    device_id,
    (ignored) => [...ignored, ...codes],
    done,
    (asset) => {
      toast(`Ignoring ${named(codes)} on ${isolated(asset)}`, {
        action: "Undo",
        run: () => attend(device_id, codes, done),
      });
    },
  );
}

/** @param {number} device_id @param {string[]} codes @param {Done} done */
async function attend(device_id, codes, done) {
  await change(
    device_id,
    (ignored) => ignored.filter((code) => !codes.includes(code)),
    done,
    (asset) => {
      toast(`Counting ${named(codes)} on ${isolated(asset)} again`);
    },
  );
}

/**
 * Changes what the device ignores now, whoever changed it last.
 * @param {number} device_id
 * @param {(ignored: string[]) => string[]} wanted
 * @param {Done} done
 * @param {(asset: string) => void} say
 */
async function change(device_id, wanted, done, say) {
  try {
    const { version, ignored_selections } = await api.device_service.get_device({ device_id });
    const { asset } = await api.device_service.update_device({
      device_id,
      version,
      ignored_selections: wanted(ignored_selections),
    });
    changed("dex_read", "sale", "stock", "device");
    say(asset);
    await done();
  } catch (error) {
    toastProblem(error);
  }
}

/** @param {string[]} codes */
const named = (codes) =>
  codes.length === 1 ? isolated(codes[0] ?? "") : `all ${number(codes.length)}`;
