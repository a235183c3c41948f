/**
 * What can be done with the saved views of a list: the entries of their menu.
 * @module
 */
import { api } from "../api.js";
import { openForm } from "../components/dialog/dialog.js";
import { field, textIn, textInput } from "../components/field/field.js";
import { isolated } from "../words/format.js";
import { h } from "./dom.js";
import { toast, toastProblem } from "./toasting.js";

/** @typedef {import("./list-views.js").SavedView} SavedView */
/** @typedef {import("../components/menu/menu.js").Item} Item */
/**
 * @typedef {object} Situation
 * @property {SavedView | undefined} view that is open
 * @property {boolean} isOther it shows something else than was saved
 * @property {{default_view_id: number | null, views: SavedView[]}} layout
 * @property {boolean} mayShare
 * @property {() => {params: Record<string, string>, columns: string[] | null}} now what is shown
 * @property {import("./list-views.js").ListName} list
 * @property {(view: SavedView | null) => void} open
 * @property {(id: number | null) => void} standard chooses what the list opens with
 * @property {(view: SavedView | null) => Promise<void>} done a view was changed; this is shown now
 */

/** @param {Situation} situation */
export function viewActs(situation) {
  const { view } = situation;
  return {
    items: [
      ...choices(situation),
      null,
      ...keeping(situation),
      ...(view ? ofOne(situation, view) : []),
    ],
    save: (/** @type {SavedView} */ shown) => saveChanges(situation, shown),
  };
}

/** @param {Situation} situation @returns {Item[]} */
function choices({ view, layout: { views }, open }) {
  const [mine, others] = [views.filter((each) => each.mine), views.filter((each) => !each.mine)];
  const entry = (/** @type {SavedView} */ each) => ({
    label: each.id === view?.id ? `${each.name} (open)` : each.name,
    icon: each.shared ? "users" : "bookmark",
    run: () => open(each),
  });
  return [
    { label: "The list as it is", icon: "list", run: () => open(null) },
    ...mine.map(entry),
    ...(others.length > 0 ? [null, ...others.map(entry)] : []),
  ];
}

/** @param {Situation} situation @returns {Item[]} */
function keeping(situation) {
  const { view, isOther } = situation;
  const saving =
    view?.may_change && isOther
      ? [
          {
            label: "Save changes to this view",
            icon: "save",
            run: () => saveChanges(situation, view),
          },
        ]
      : [];
  return [...saving, { label: "Save as a new view…", icon: "plus", run: () => create(situation) }];
}

/** @param {Situation} situation @param {SavedView} view @returns {Item[]} */
function ofOne(situation, view) {
  const { layout, standard } = situation;
  const isStandard = layout.default_view_id === view.id;
  /** @type {Item[]} */
  const items = [
    null,
    view.pinned
      ? { label: "Take out of the rail", icon: "pin-off", run: () => pin(situation, view, false) }
      : { label: "Pin to the rail", icon: "pin", run: () => pin(situation, view, true) },
    isStandard
      ? { label: "Open the list without it", icon: "list", run: () => standard(null) }
      : { label: "Always open the list with it", icon: "house", run: () => standard(view.id) },
  ];
  if (!view.may_change) return items;
  return [
    ...items,
    { label: "Rename or share…", icon: "pencil", run: () => edit(situation, view) },
    { label: "Remove", icon: "trash-2", danger: true, run: () => remove(situation, view) },
  ];
}

/** @param {SavedView} [view] @param {boolean} [mayShare] */
const viewFields = (view, mayShare) => [
  field("Name", textInput("name", view?.name, { required: true, maxlength: 60 }), { wide: true }),
  mayShare &&
    h(
      "label",
      { class: "check wide" },
      h("input", { type: "checkbox", name: "shared", checked: view?.shared ?? false }),
      "Everybody who may open this list has it too",
    ),
];

/** @param {Situation} situation */
function create({ list, now, mayShare, done }) {
  openForm({
    heading: "New view",
    before: h("p", { class: "muted" }, "It keeps the filters, words, order and columns shown now."),
    fields: viewFields(undefined, mayShare),
    action: "Save view",
    save: async (form) => {
      const view = await api.saved_view_service.create_saved_view({
        list_name: list,
        name: textIn(form, "name"),
        ...now(),
        shared: form.has("shared"),
      });
      await done(view);
      toast(`Saved ${isolated(view.name)}`);
    },
  });
}

/** @param {Situation} situation @param {SavedView} view */
function edit({ mayShare, done }, view) {
  let base = view;
  openForm({
    heading: view.name,
    fields: viewFields(view, mayShare),
    action: "Save",
    conflict: (current) => {
      base = current;
      return `It is now called ${isolated(current.name)}.`;
    },
    save: async (form) => {
      const changes = {
        name: textIn(form, "name"),
        ...(mayShare ? { shared: form.has("shared") } : {}),
      };
      const { id: saved_view_id, version } = base;
      const after = await api.saved_view_service.update_saved_view({
        saved_view_id,
        version,
        ...changes,
      });
      await done(after);
      toast(`Saved ${isolated(after.name)}`);
    },
  });
}

/** @param {Situation} situation @param {SavedView} view */
async function saveChanges({ now, done }, view) {
  await asked(async () => {
    const before = { params: view.params, columns: view.columns };
    const after = await replaced(view, now());
    await done(after);
    toast(`Saved ${isolated(after.name)}`, {
      action: "Undo",
      run: async () => done(await replaced(after, before)),
    });
  });
}

/** @param {SavedView} view @param {ReturnType<Situation["now"]>} kept */
const replaced = ({ id: saved_view_id, version }, kept) =>
  api.saved_view_service.update_saved_view({ saved_view_id, version, ...kept });

/** @param {Situation} situation @param {SavedView} view @param {boolean} pinned */
async function pin({ done }, view, pinned) {
  await asked(async () => {
    const saved_view_id = view.id;
    await done(await api.saved_view_service.pin_saved_view({ saved_view_id, pinned }));
  });
}

/** @param {Situation} situation @param {SavedView} view */
async function remove({ done }, view) {
  const saved_view_id = view.id;
  await asked(async () => {
    await api.saved_view_service.delete_saved_view({ saved_view_id });
    await done(null);
    toast(`Removed ${isolated(view.name)}`, {
      action: "Undo",
      run: async () => done(await api.saved_view_service.restore_saved_view({ saved_view_id })),
    });
  });
}

/**
 * A refusal is said in passing: there is no form that it could stand in.
 * @param {() => Promise<void>} act
 */
async function asked(act) {
  try {
    await act();
  } catch (error) {
    toastProblem(error);
  }
}
