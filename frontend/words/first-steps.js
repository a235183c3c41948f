/**
 * What an installation does once, step by step, in words.
 * @module
 */

/** @typedef {import("../api.js").Schemas["FirstSteps"]["steps"][number]} Step */
/**
 * @typedef {object} StepWords
 * @property {string} heading what to do
 * @property {string} why in one sentence
 * @property {string} action the words on its button
 * @property {string} to where that leads: the form is open there
 */

/** By step; a `to` may go on at one noun. @type {Record<Step["step"], StepWords>} */
const WORDS = {
  audit: {
    heading: "Upload an audit",
    why:
      "From a machine's DEX file CVD proposes the machine with its slots, prices and products, " +
      "and later books what it sold.",
    action: "Upload an audit",
    to: "/dex",
  },
  product: {
    heading: "Add a product",
    why: "What is sold, with its price and cost: sales, orders and pick lists name it.",
    action: "New product",
    to: "/products?new=true",
  },
  location: {
    heading: "Add a location",
    why: "Where machines stand: drivers read its address and gate code at every stop.",
    action: "New location",
    to: "/locations?new=true",
  },
  planogram: {
    heading: "Say what is in a machine",
    why:
      "A planogram names the product, price and par level of each slot: what to load follows " +
      "from it.",
    action: "New device",
    to: "/devices?new=true",
  },
  route: {
    heading: "Add a route",
    why: "The machines that one driver visits: orders are planned route by route.",
    action: "New route",
    to: "/routes?new=true",
  },
  order: {
    heading: "Send somebody",
    why:
      "The route board shows what each machine needs; choose some, and the order and its pick " +
      "list are made for you.",
    action: "Choose machines",
    to: "/route-board",
  },
  visit: {
    heading: "Fill a machine and confirm it",
    why: "The driver confirms at each cabinet, on a phone; stock and the next order follow from it.",
    action: "See the orders",
    to: "/service-orders",
  },
  person: {
    heading: "Let a second person in",
    why:
      "With users of their own, the log says who did what, and nobody is locked out by one " +
      "forgotten password.",
    action: "New user",
    to: "/users?new=true",
  },
  backup: {
    heading: "Set up backups",
    why: "A disk that breaks takes everything along, unless it is kept elsewhere too.",
    action: "See how",
    to: "/help?chapter=backup",
  },
};

/** What it says where the step goes on at one thing. @type {(step: Step) => Partial<StepWords>} */
function atNoun({ step, noun_id }) {
  if (noun_id === null) return {};
  if (step === "planogram")
    return { action: "Fill its slots", to: `/devices/${noun_id}/planogram` };
  return { action: `Open order ${noun_id}`, to: `/service-orders/${noun_id}` };
}

/** @param {Step} step @returns {StepWords} */
export const stepWords = (step) => ({ ...WORDS[step.step], ...atNoun(step) });

/** "3 of 9 done". @param {Step[]} steps */
export const progressWords = (steps) =>
  `${steps.filter(({ done }) => done).length} of ${steps.length} done`;

/** Is there anything left to show? @param {Step[]} steps */
export const isUnderWay = (steps) => steps.some(({ done }) => !done);
