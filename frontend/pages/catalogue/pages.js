/**
 * The pages about what is sold.
 * @module
 */

/** @type {import("../../page/addresses.js").Route[]} */
export const PAGES = [
  {
    path: "/products",
    page: "products",
    title: "Products",
    office: true,
    letter: "p",
    icon: "package",
    menu: ["Fleet", 2],
    may: "product_service.list_products",
    begins: [
      {
        label: "New product",
        detail: "Products",
        icon: "plus",
        to: "/products?new=true",
        may: "product_service.create_product",
      },
    ],
  },
  {
    path: "/products/:product_id",
    shows: ["product"],
    page: "product",
    title: "Product",
    may: "product_overview_service.get_product_overview",
  },
];
