import { ConfigError } from './problems.ts';
import { ConfigurationSchema, type ConfigurationFile } from './schema.ts';
import { semanticOf, type SemanticConfig } from './semantic.ts';
import { semanticProblems } from './semantic-problems.ts';
import { problemsOf } from './validate.ts';

/**
 * Reads a semantic configuration in the spelling of `vigie.yaml` (a whole file will do: what is not semantic has no
 * effect). Absent keys have their defaults. Throws {@link ConfigError} with all problems.
 */
export function resolveSemantic(body: Readonly<Record<string, unknown>>): SemanticConfig {
  const problems = problemsOf(ConfigurationSchema, body);
  if (problems.length > 0) throw new ConfigError(problems);
  const file = body as ConfigurationFile;
  const contradictions = semanticProblems(file);
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return semanticOf(file);
}
