// Writes the cases of the differential tests: node generate.mjs KIND FOLDER [--seed N] [--scale X]
// KIND is semver, names, specs, picks, or all. How the sample in tests/data/differential was made stands in its ORIGIN.
import fs from 'node:fs';
import path from 'node:path';
import { writeNameCases } from './name_cases.mjs';
import { npmPackages, Random } from './oracle.mjs';
import { writePickCases } from './pick_cases.mjs';
import { writeSemverCases } from './semver_cases.mjs';
import { writeSpecCases } from './spec_cases.mjs';

const [wanted, folder, ...flags] = process.argv.slice(2);
const flag = (name, fallback) => {
  const at = flags.indexOf(name);
  return at < 0 ? fallback : Number(flags[at + 1]);
};
const seed = flag('--seed', 1);
const scale = flag('--scale', 1);
const npm = npmPackages();

const kinds = { semver: writeSemverCases, names: writeNameCases, specs: writeSpecCases, picks: writePickCases };

fs.mkdirSync(folder, { recursive: true });
for (const [kind, writeCases] of Object.entries(kinds)) {
  if (wanted !== kind && wanted !== 'all') continue;
  const rows = [];
  const scaled = (count) => Math.max(1, Math.round(count * scale));
  const summary = writeCases({ npm, random: new Random(seed), write: (text) => rows.push(text), scaled });
  fs.writeFileSync(path.join(folder, `${kind}.tsv`), rows.join(''));
  console.log(`${kind}: seed ${seed}, ${rows.length} rows, ${summary}`);
}
