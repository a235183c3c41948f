/**
 * The pages about people and their accounts.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/users",
    page: "users",
    shows: ["user"],
    title: "Users",
    icon: "users",
    menu: ["Admin", 1],
    may: "user_service.list_users",
    begins: [
      {
        label: "New user",
        detail: "Users",
        icon: "plus",
        to: "/users?new=true",
        may: "user_service.create_user",
      },
    ],
  },
  { path: "/profile", page: "profile", title: "Profile", icon: "circle-user" },
];
