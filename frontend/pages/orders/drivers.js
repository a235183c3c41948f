/**
 * The drivers that an order or a route may have.
 * @module
 */
import { api } from "../../api.js";

/**
 * Drivers for a combobox.
 * @returns {(words: string) => Promise<import("../../components/combobox/combobox.js").Choice[]>}
 */
export function driverSource() {
  const asked = api.user_service.list_drivers();
  return async (words) => {
    const { items } = await asked;
    const wanted = words.toLowerCase();
    return items
      .filter(({ display_name, username }) =>
        `${display_name} ${username}`.toLowerCase().includes(wanted),
      )
      .map(({ id, display_name, username }) => ({
        value: id,
        label: display_name,
        ...(display_name === username ? {} : { detail: username }),
      }));
  };
}
