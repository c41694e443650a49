// As tools read it: the first name, whether a name is somewhere, what is called again.
const agent = process.env.npm_config_user_agent;
const [name, version] = agent.split(" ")[0].split("/");
const others = ["pnpm", "yarn", "bun", "traversal", "npm"].filter((one) => agent.includes(one));
const again = require("child_process").execFileSync(process.env.npm_execpath, ["--version"], { encoding: "utf8" });
console.log(name, version === again.trim(), others.join(), process.env.npm_command);
