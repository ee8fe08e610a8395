import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "coverage/", ".alliance/", "schema/generated/", "**/*.js", "**/*.mjs", ".ci/"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Resolvers and use cases are async by contract, also where one of them has nothing to wait for.
      "@typescript-eslint/require-await": "off",
      // Ids, points and amounts are written into messages as they are.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only src/config.ts reads the environment." },
        { object: "Number", property: "parseFloat", message: "No float ever holds value." },
      ],
      "@typescript-eslint/unbound-method": "off",
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    // GraphQL classes are values at run time for type-graphql's decorators, not only types.
    files: ["src/**/*.resolver.ts", "src/**/*.mutations.ts", "src/**/*.types.ts"],
    rules: { "@typescript-eslint/consistent-type-imports": "off", "@typescript-eslint/no-unsafe-function-type": "off" },
  },
  {
    files: ["src/config.ts", "src/cli/**", "src/db/embedded/**", "test/**", "bench/**", "*.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: ["src/cli/**", "bench/**"],
    rules: { "no-console": "off" },
  },
  {
    // A describe block is as long as its list of sentences.
    files: ["test/**"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
    },
  },
);
