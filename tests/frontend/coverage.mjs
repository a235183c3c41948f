/**
 * Which branches of a module the unit tests took, from the report that Node writes (lcov).
 */

/**
 * Per file of the report: how many branches it has, and how many were taken.
 * @param {string} report
 * @returns {Map<string, {branches: number, taken: number}>}
 */
export function branchesOf(report) {
  const files = new Map();
  let file = "";
  for (const line of report.split("\n")) {
    const [word, rest = ""] = line.split(/:(.*)/);
    if (word === "SF") file = rest;
    if (word === "BRF") files.set(file, { branches: Number(rest), taken: 0 });
    if (word === "BRH") files.get(file).taken = Number(rest);
  }
  return files;
}

/**
 * The modules that the tests know too little of, in words.
 * @param {string[]} modules as the report names them
 * @param {Map<string, {branches: number, taken: number}>} files
 * @param {number} share of the branches that is to be taken, in per cent
 */
export function lacking(modules, files, share) {
  return modules.flatMap((name) => {
    const found = files.get(name);
    if (!found) return [`${name}: no unit test asks for it`];
    const per = found.branches === 0 ? 100 : (100 * found.taken) / found.branches;
    if (per >= share) return [];
    return [
      `${name}: ${found.taken} of ${found.branches} branches (${per.toFixed(1)} %) are taken`,
    ];
  });
}
