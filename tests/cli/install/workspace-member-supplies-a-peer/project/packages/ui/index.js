module.exports = 'ui of the workspace'
