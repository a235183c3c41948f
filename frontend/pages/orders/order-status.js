/**
 * The state of an order as shape, word and colour.
 * @module
 */
import { status } from "../../components/status/status.js";
import { statusWords } from "../../words/order-words.js";

/** @param {import("../../words/order-words.js").OrderStatus} state */
export const orderStatus = (state) => status(...statusWords(state));
