// jest's own loader requires the attribute that TypeScript rejects for CommonJS, the format of the built package.
export { default } from '../package.json' with { type: 'json' };
